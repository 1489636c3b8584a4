import type { Instant } from '#core/ids.ts'
import type { ArchivedReply } from '#ports/store/archive.ts'
import type { AnswerSettlement, Budget, NewAnswer } from '#ports/store/replies.ts'

/**
 * What is owed for a reply, as stores keep it beside the reply; its rules are functions of values. `dueAt`: when
 * somebody must look again, to send it or since a lease ran out. `isHeld`: somebody has it, or died having it.
 */
export type StoredAnswer = NonNullable<ArchivedReply['answer']>

export type Turn = NonNullable<ArchivedReply['turn']>

/** An answer that is counted, and when it was owed. */
export interface CountedTurn extends Pick<Turn, 'nth'> {
  readonly at: number
}

/** Whether it may be owed at all, whatever else was. */
export function isFresh({ fresh }: NewAnswer, now: Instant): boolean {
  return fresh === null || isWithin(fresh.since, fresh.withinMs, now)
}

export function newAnswer({ kind, channel }: NewAnswer, now: Instant): StoredAnswer {
  return { kind, channel, dueAt: now, epoch: 0, isHeld: false, attempts: 0, unknowns: 0 }
}

/** So many of the last turns say whether there is another one. */
export function turnsToSee({ limits }: Budget): number {
  return Math.max(1, ...limits.map(({ most }) => most))
}

/** Null where the budget is used up; `last`: the turns before it, the latest first. */
export function nextTurn(
  { key, limits }: Budget,
  last: readonly CountedTurn[],
  now: Instant,
): Turn | null {
  const isUsedUp = limits.some(({ most, withinMs }) => {
    const first = last[most - 1]
    return first !== undefined && isWithin(first.at, withinMs, now)
  })
  return isUsedUp ? null : { budget: key, nth: (last[0]?.nth ?? 0) + 1 }
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
