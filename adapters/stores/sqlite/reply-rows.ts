import type { SQLOutputValue } from 'node:sqlite'
import type { ChannelName } from '#core/address.ts'
import type { ReplyMeaning } from '#core/consent.ts'
import type { ConnectionId, DeliveryId, EndpointKey, Instant, ReplyId, ShareId } from '#core/ids.ts'
import type { AnswerKind, KeptReply } from '#ports/store/replies.ts'
import type { StoredAnswer, Turn } from '../answer-steps.ts'

export interface ReplyRow {
  readonly id: ReplyId
  readonly channel: ChannelName
  readonly connection: ConnectionId
  readonly at: Instant
  readonly endpoint: EndpointKey
  readonly from_channel: ChannelName | null
  readonly from_value: string | null
  readonly text: string | null
  readonly means: ReplyMeaning
  readonly delivery: DeliveryId | null
  readonly share: ShareId | null
  readonly answer: AnswerKind | null
  readonly answer_channel: ChannelName | null
  readonly answer_key: string | null
  readonly budget: string | null
  readonly turn: number | null
  readonly due_at: Instant | null
  readonly epoch: number
  readonly held: number
  readonly attempts: number
  readonly unknowns: number
}

/** A row as the database gives it. */
export function replyRow(row: Readonly<Record<string, SQLOutputValue>>): ReplyRow {
  return row as unknown as ReplyRow
}

export function replyOf(row: ReplyRow): KeptReply {
  const { id, channel, connection, at, endpoint, text, means, delivery, share } = row
  const from =
    row.from_channel === null || row.from_value === null
      ? null
      : { channel: row.from_channel, value: row.from_value }
  return {
    id,
    connection: { channel, connection },
    at,
    endpoint,
    from,
    text,
    means,
    delivery,
    share,
  }
}

export function turnOf({ budget, turn: nth }: ReplyRow): Turn | null {
  return budget === null || nth === null ? null : { budget, nth }
}

export function answerOf(row: ReplyRow): StoredAnswer | null {
  const { answer: kind, answer_channel: channel, epoch, held, attempts, unknowns } = row
  if (kind === null || channel === null) return null
  return { kind, channel, dueAt: row.due_at, epoch, isHeld: held === 1, attempts, unknowns }
}
