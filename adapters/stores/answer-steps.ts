import type { Instant } from '#core/ids.ts'
import type { ArchivedReply } from '#ports/store/archive.ts'
import type { AnswerSettlement, NewAnswer } from '#ports/store/replies.ts'

/**
 * What is owed for a reply, as stores keep it beside the reply; its rules are functions of values. `dueAt`: when
 * somebody must look again, to send it or since a lease ran out. `isHeld`: somebody has it, or died having it.
 */
export type StoredAnswer = NonNullable<ArchivedReply['answer']>

/** Whether it may be owed at all, whatever else was. */
export function isFresh({ fresh }: NewAnswer, now: Instant): boolean {
  return fresh === null || isWithin(fresh.since, fresh.withinMs, now)
}

export function newAnswer({ kind, channel }: NewAnswer, now: Instant): StoredAnswer {
  return { kind, channel, dueAt: now, epoch: 0, isHeld: false, attempts: 0, unknowns: 0 }
}

/** Whoever had it before may have sent it. */
export function claimAnswer(answer: StoredAnswer, leaseMs: number, now: Instant): StoredAnswer {
  return {
    ...answer,
    dueAt: (now + leaseMs) as Instant,
    epoch: answer.epoch + 1,
    isHeld: true,
    unknowns: answer.unknowns + (answer.isHeld ? 1 : 0),
  }
}

export function settleAnswer(
  answer: StoredAnswer,
  settlement: AnswerSettlement,
  now: Instant,
): StoredAnswer {
  const left = { ...answer, isHeld: false }
  if (settlement.kind === 'done') return { ...left, dueAt: null }
  return {
    ...left,
    dueAt: (now + settlement.inMs) as Instant,
    attempts: answer.attempts + settlement.attempts,
    unknowns: answer.unknowns + settlement.unknowns,
  }
}

/** Whether an answer that was owed at that time keeps another one of its key from being owed now. */
export function isWithin(at: number, withinMs: number | null, now: number): boolean {
  return withinMs === null || at > now - withinMs
}
