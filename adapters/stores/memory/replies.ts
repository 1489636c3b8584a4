import type { DeliveryId, EndpointKey, Instant, ReplyId } from '#core/ids.ts'
import type { Budget, ConsentWord, KeptReply, NewAnswer, ReplyStore } from '#ports/store/replies.ts'
import {
  claimAnswer,
  isFresh,
  isWithin,
  newAnswer,
  nextTurn,
  type StoredAnswer,
  settleAnswer,
  type Turn,
} from '../answer-steps.ts'
import { pageOf, positionOf } from '../cursor.ts'
import type { MemoryDeps, MemoryState } from './state.ts'

/** A reply with what is owed for it. */
export interface StoredReply {
  readonly reply: KeptReply
  readonly answer: StoredAnswer | null
  /** Null where nothing was owed. */
  readonly key: string | null
  /** Null where it is counted with nothing. */
  readonly turn: Turn | null
}

export function createMemoryReplies({ state, now }: MemoryDeps): ReplyStore {
  const all = (): readonly StoredReply[] => [...state.replies.values()]
  const change = (id: ReplyId, change: Partial<StoredReply>): void => {
    const stored = state.replies.get(id)
    if (stored) state.replies.set(id, { ...stored, ...change })
  }

  const isTaken = ({ key, withinMs }: NewAnswer['once'], at: Instant): boolean =>
    all().some((other) => other.key === key && isWithin(other.reply.at, withinMs, at))

  const turnFor = (budget: Budget, at: Instant): Turn | null => {
    const turns = all().flatMap(({ reply, turn }) =>
      turn?.budget === budget.key ? [{ nth: turn.nth, at: reply.at }] : [],
    )
    const last = turns.sort((a, b) => b.nth - a.nth)
    return nextTurn(budget, last, at)
  }

  return {
    async has(id) {
      return state.replies.has(id)
    },
    async keep(reply, owed) {
      if (state.replies.has(reply.id)) return false
      const at = now()
      const turn = owed?.budget ? turnFor(owed.budget, at) : null
      const isLeft = !owed?.budget || turn !== null
      const isOwed = owed !== null && isFresh(owed, at) && !isTaken(owed.once, at) && isLeft
      state.replies.set(reply.id, {
        reply: { ...reply, at },
        answer: isOwed ? newAnswer(owed, at) : null,
        key: isOwed ? owed.once.key : null,
        turn: isOwed ? turn : null,
      })
      if (reply.share !== null) state.changed.add(reply.share)
      return true
    },
    async lastWord(endpoint) {
      return lastWordOf(state, endpoint)
    },
    async ofShare(share, { limit, cursor }) {
      const after = positionOf(cursor)
      const rest = all()
        .map(({ reply }) => reply)
        .filter((reply) => reply.share === share)
        .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
        .filter(({ at, id }) => !after || at < after.at || (at === after.at && id < after.id))
      return pageOf(rest, limit, ({ at, id }) => ({ at, id }))
    },
    async claim({ channel, limit, leaseMs }) {
      const at = now()
      const due = all()
        .flatMap(({ reply, answer }) => (answer ? [{ reply, answer }] : []))
        .filter(({ answer }) => answer.channel === channel && (answer.dueAt ?? Infinity) <= at)
        .sort((a, b) => (a.answer.dueAt ?? 0) - (b.answer.dueAt ?? 0))
      return due.slice(0, limit).map(({ reply, answer }) => {
        const held = claimAnswer(answer, leaseMs, at)
        change(reply.id, { answer: held })
        const { kind, epoch, attempts, unknowns } = held
        return { lease: { reply: reply.id, epoch }, reply, kind, channel, attempts, unknowns }
      })
    },
    async settle({ reply, epoch }, settlement) {
      const answer = state.replies.get(reply)?.answer
      if (!answer?.isHeld || answer.epoch !== epoch) return false
      change(reply, { answer: settleAnswer(answer, settlement, now()) })
      return true
    },
    async purge(olderThanMs, limit) {
      const before = now() - olderThanMs
      const old = all()
        .filter(({ reply }) => reply.at <= before && (reply.text !== null || reply.share === null))
        .slice(0, limit)
      for (const { reply } of old) {
        if (reply.share === null) state.replies.delete(reply.id)
        else blankReply(state, reply)
      }
      return old.length
    },
  }
}

function lastWordOf(state: MemoryState, endpoint: EndpointKey): ConsentWord | null {
  const words = [...state.replies.values()].flatMap(({ reply: { id, at, means, ...reply } }) =>
    reply.endpoint === endpoint && (means === 'stop' || means === 'start')
      ? [{ reply: id, means, at }]
      : [],
  )
  return words.sort((a, b) => b.at - a.at || (a.means === 'stop' ? -1 : 1))[0] ?? null
}

/** What was replied to a delivery goes with its recipient. */
export function blankRepliesTo(state: MemoryState, delivery: DeliveryId): void {
  for (const { reply } of state.replies.values()) {
    if (reply.delivery === delivery && reply.share !== null) blankReply(state, reply)
  }
}

/** What was owed for it is owed no more: nobody knows any longer what it was. */
function blankReply(state: MemoryState, reply: KeptReply): void {
  const blanked = { ...reply, from: null, text: null }
  state.replies.set(reply.id, { reply: blanked, answer: null, key: null, turn: null })
}
