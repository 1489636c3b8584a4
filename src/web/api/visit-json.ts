import type { Sharing } from '#engine/engine.ts'
import type { DeliveryVisits, Visit } from '#ports/store/visits.ts'
import { optionalTime, timeJson } from './share-json.ts'
import type { CountsJson, VisitJson, VisitsJson } from './visit-schemas.ts'

export function visitsJson(found: Awaited<ReturnType<Sharing['visits']>>): VisitsJson {
  return {
    visits: found.visits.items.map(visitJson),
    cursor: found.visits.cursor,
    counters: found.counters.map(countsJson),
    days: found.stats.days.map(({ day, human, other }) => ({ day, human, other })),
    agents: found.stats.agents.map(({ agent, human }) => ({ agent, human })),
  }
}

function visitJson(visit: Visit): VisitJson {
  return {
    delivery: visit.delivery,
    at: timeJson(visit.at),
    class: visit.class,
    why: visit.why,
    visitor: visit.visitor || null,
    agent: visit.agent || null,
    tracked: visit.tracked,
  }
}

function countsJson(its: DeliveryVisits): CountsJson {
  const { human, preview, prefetch, scanner, own } = its.counts
  return {
    delivery: its.delivery,
    human,
    preview,
    prefetch,
    scanner,
    own,
    untracked: its.untracked,
    doubtful: its.doubtful,
    firstOpenedAt: optionalTime(its.firstOpenedAt),
    lastVisitAt: optionalTime(its.lastVisitAt),
  }
}
