import type { Address, ChannelName, ConnectionRef } from '#core/address.ts'
import type { ReplyMeaning } from '#core/consent.ts'
import type { ConnectionId, DeliveryId, EndpointKey, Instant, ReplyId, ShareId } from '#core/ids.ts'
import type { ArchivedReply } from '#ports/store/archive.ts'
import type { AnswerKind, KeptReply } from '#ports/store/replies.ts'
import type { StoredAnswer, Turn } from '../answer-steps.ts'
import { documentSchema, partSchema } from './schema.ts'

interface FromPart {
  readonly channel: ChannelName
  readonly value: string
}

interface AnswerPart {
  readonly kind: AnswerKind
  readonly channel: ChannelName
  readonly epoch: number
  readonly isHeld: boolean
  readonly attempts: number
  readonly unknowns: number
}

/** Stands only while somebody must look again. */
interface OwedPart {
  readonly channel: ChannelName
  readonly at: Instant
}

/** A reply with what is owed for it. What is null is left out, so that indexes hold only what is looked for. */
export interface ReplyDocument {
  readonly _id: ReplyId
  readonly channel: ChannelName
  readonly connection: ConnectionId
  readonly at: Instant
  readonly endpoint: EndpointKey
  readonly means: ReplyMeaning
  readonly from?: FromPart
  readonly text?: string
  readonly delivery?: DeliveryId
  readonly share?: ShareId
  /** The endpoint again, where it stopped or started. */
  readonly word?: EndpointKey
  /** When it came, until it is blanked. */
  readonly keptAt?: Instant
  /** No two have the same. */
  readonly key?: string
  /** No two have the same. */
  readonly turn?: Turn
  readonly answer?: AnswerPart
  readonly owed?: OwedPart
}

export const replySchema = documentSchema<ReplyDocument>({
  _id: String,
  channel: String,
  connection: String,
  at: Number,
  endpoint: String,
  means: String,
  from: partSchema<FromPart>({ channel: String, value: String }),
  text: String,
  delivery: String,
  share: String,
  word: String,
  keptAt: Number,
  key: String,
  turn: partSchema<Turn>({ budget: String, nth: Number }),
  answer: partSchema<AnswerPart>({
    kind: String,
    channel: String,
    epoch: Number,
    isHeld: Boolean,
    attempts: Number,
    unknowns: Number,
  }),
  owed: partSchema<OwedPart>({ channel: String, at: Number }),
})

export function replyDocument({ reply, key, turn, answer }: ArchivedReply): ReplyDocument {
  const { id, connection, at, endpoint, means, from, text, delivery, share } = reply
  const isWord = means === 'stop' || means === 'start'
  return {
    _id: id,
    ...refOf(connection),
    at,
    endpoint,
    means,
    ...(from ? { from: { channel: from.channel, value: from.value } } : {}),
    ...(text === null ? {} : { text, keptAt: at }),
    ...(delivery === null ? {} : { delivery }),
    ...(share === null ? {} : { share }),
    ...(isWord ? { word: endpoint } : {}),
    ...(key === null ? {} : { key }),
    ...(turn === null ? {} : { turn: { budget: turn.budget, nth: turn.nth } }),
    ...(answer ? answerParts(answer) : {}),
  }
}

function refOf({
  channel,
  connection,
}: ConnectionRef): Pick<ReplyDocument, 'channel' | 'connection'> {
  return { channel, connection }
}

function answerParts({ dueAt, ...answer }: StoredAnswer): Pick<ReplyDocument, 'answer' | 'owed'> {
  const { kind, channel, epoch, isHeld, attempts, unknowns } = answer
  return {
    answer: { kind, channel, epoch, isHeld, attempts, unknowns },
    ...(dueAt === null ? {} : { owed: { channel, at: dueAt } }),
  }
}

export function storedReplyOf(document: ReplyDocument): ArchivedReply {
  return {
    reply: replyOf(document),
    key: document.key ?? null,
    turn: document.turn ? { budget: document.turn.budget, nth: document.turn.nth } : null,
    answer: answerOf(document),
  }
}

export function replyOf(document: ReplyDocument): KeptReply {
  const { _id, channel, connection, at, endpoint, means, from } = document
  return {
    id: _id,
    connection: { channel, connection },
    at,
    endpoint,
    from: from ? addressOf(from) : null,
    text: document.text ?? null,
    means,
    delivery: document.delivery ?? null,
    share: document.share ?? null,
  }
}

function addressOf({ channel, value }: FromPart): Address {
  return { channel, value }
}

export function answerOf({ answer, owed }: ReplyDocument): StoredAnswer | null {
  if (!answer) return null
  const { kind, channel, epoch, isHeld, attempts, unknowns } = answer
  return { kind, channel, epoch, isHeld, attempts, unknowns, dueAt: owed?.at ?? null }
}
