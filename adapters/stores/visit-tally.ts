import type { Via } from '#core/address.ts'
import type { DeliveryId, Instant } from '#core/ids.ts'
import { isDoubtful, SCANNED_WITHIN_MS } from '#core/visit/classify.ts'
import { VISIT_CLASSES, type VisitClass } from '#core/visit.ts'
import type { DeliveryVisits, Visit, VisitStats } from '#ports/store/visits.ts'

/** The counters of one delivery, as every adapter keeps them. Changed in place while batches are merged. */
export interface VisitTally {
  readonly counts: Record<VisitClass, number>
  /** Of the human ones. */
  untracked: number
  doubtful: number
  firstOpenedAt: Instant | null
  lastVisitAt: Instant | null
}

export function emptyTally(): VisitTally {
  return {
    counts: { human: 0, preview: 0, prefetch: 0, scanner: 0, own: 0 },
    untracked: 0,
    doubtful: 0,
    firstOpenedAt: null,
    lastVisitAt: null,
  }
}

/** True: this opened the delivery for the first time. */
export function countVisit(tally: VisitTally, visit: Visit): boolean {
  tally.counts[visit.class]++
  tally.lastVisitAt = latest(tally.lastVisitAt, visit.at)
  if (visit.class !== 'human') return false
  if (!visit.tracked) {
    tally.untracked++
    return false
  }
  if (isDoubtful(visit.why)) tally.doubtful++
  const first = tally.firstOpenedAt === null
  if (first || visit.at < (tally.firstOpenedAt ?? 0)) tally.firstOpenedAt = visit.at
  return first
}

/**
 * An earlier human visit was a scanner's. True: it was the first open, and the next one's time is to be set (or
 * null, where no tracked human visit is left).
 */
export function countReclass(tally: VisitTally, visit: Visit): boolean {
  tally.counts.human--
  tally.counts.scanner++
  if (!visit.tracked) {
    tally.untracked--
    return false
  }
  if (isDoubtful(visit.why)) tally.doubtful--
  return tally.firstOpenedAt === visit.at
}

/** Shares with many fresh opens are told by the second, not by the open. */
const TOLD_EVERY_MS = 1_000

/**
 * From when the share's revision may rise for what was merged into a delivery: at once (0), but not before an
 * email's first open has stood long enough to be no scanner's.
 */
export function tellFrom(firstOpenedAt: Instant | null, via: Via | null, now: number): number {
  if (via !== 'email' || firstOpenedAt === null) return 0
  // A visit of the future comes from a process whose clock is ahead: it waits no longer than others.
  const stands = Math.min(firstOpenedAt, now) + SCANNED_WITHIN_MS
  return stands > now ? Math.ceil(stands / TOLD_EVERY_MS) * TOLD_EVERY_MS : 0
}

/** Tracked human visits that still count as opens. */
export function openCount(tally: VisitTally): number {
  return tally.counts.human - tally.untracked
}

export function tallyView(delivery: DeliveryId, tally: VisitTally): DeliveryVisits {
  const opens = openCount(tally)
  return {
    delivery,
    counts: Object.fromEntries(
      VISIT_CLASSES.map((name) => [name, tally.counts[name]]),
    ) as DeliveryVisits['counts'],
    firstOpenedAt: tally.firstOpenedAt,
    lastVisitAt: tally.lastVisitAt,
    untracked: tally.untracked,
    doubtful: opens > 0 && tally.doubtful >= opens,
  }
}

/** The statistics of one share. Changed in place while batches are merged. */
export interface StatTally {
  /** By day: human visits, and others. */
  readonly days: Record<string, [number, number]>
  readonly agents: Record<string, number>
}

export function emptyStats(): StatTally {
  return { days: {}, agents: {} }
}

const AGENTS_MAX = 200

export function countStat(stats: StatTally, visit: Visit): void {
  const day = dayOf(stats, visit.at)
  day[visit.class === 'human' ? 0 : 1]++
  if (visit.class === 'human' && visit.agent !== '') countAgent(stats, visit.agent, 1)
}

export function reclassStat(stats: StatTally, visit: Visit): void {
  const day = dayOf(stats, visit.at)
  day[0]--
  day[1]++
  if (visit.agent !== '') countAgent(stats, visit.agent, -1)
}

export function statsView(stats: StatTally): VisitStats {
  const days = Object.entries(stats.days).map(([day, [human, other]]) => ({ day, human, other }))
  const agents = Object.entries(stats.agents).map(([agent, human]) => ({ agent, human }))
  return {
    days: days.sort((a, b) => (a.day < b.day ? -1 : 1)),
    agents: agents
      .filter(({ human }) => human > 0)
      .sort((a, b) => b.human - a.human || (a.agent < b.agent ? -1 : 1)),
  }
}

/** Families are few by nature; made-up ones beyond a bound are counted together. */
function countAgent({ agents }: StatTally, agent: string, by: number): void {
  const known = Object.hasOwn(agents, agent)
  const key = known || Object.keys(agents).length < AGENTS_MAX ? agent : '…'
  agents[key] = (Object.hasOwn(agents, key) ? (agents[key] ?? 0) : 0) + by
}

const DAY_MS = 86_400_000
let lastDay = { number: Number.NaN, name: '' }

function dayOf({ days }: StatTally, at: number): [number, number] {
  const name = dayName(at)
  days[name] ??= [0, 0]
  return days[name]
}

/** `YYYY-MM-DD` in UTC; the last one is remembered, for visits come in the order of time. */
function dayName(at: number): string {
  const number = Math.floor(at / DAY_MS)
  if (number !== lastDay.number) {
    lastDay = { number, name: new Date(number * DAY_MS).toISOString().slice(0, 10) }
  }
  return lastDay.name
}

function latest(a: Instant | null, b: Instant): Instant {
  return a === null || b > a ? b : a
}
