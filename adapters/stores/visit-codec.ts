import { type DeliveryId, deliveryId, type Instant, type ShareId } from '#core/ids.ts'
import { VISIT_CLASSES } from '#core/visit.ts'
import type { Reclass, Visit, VisitBatch } from '#ports/store/visits.ts'

/** A visit in the log: delivery, time, class, why, visitor, agent, tracked. */
type LogEntry = readonly [DeliveryId, number, number, string, string, string, 0 | 1]

/** A visit in a page of its share: number of the delivery, then as in the log. Pages hold tracked ones only. */
type PageEntry = readonly [number, number, number, string, string, string]

const classNumber = new Map(VISIT_CLASSES.map((name, i) => [name, i]))

export function encodeBatch({
  visits,
  reclassed,
}: Pick<VisitBatch, 'visits' | 'reclassed'>): string {
  return JSON.stringify([visits.map(toLog), reclassed.map(({ visit }) => toLog(visit))])
}

export function decodeBatch(text: string): { visits: Visit[]; reclassed: Reclass[] } {
  const [visits, reclassed] = JSON.parse(text) as [LogEntry[], LogEntry[]]
  return {
    visits: visits.map(fromLog),
    reclassed: reclassed.map((entry) => ({ visit: fromLog(entry), to: 'scanner' })),
  }
}

export function encodePage(visits: readonly Visit[]): string {
  return JSON.stringify(visits.map(toPage))
}

export function decodePage(share: ShareId, text: string): Visit[] {
  return (JSON.parse(text) as PageEntry[]).map(([n, at, kind, why, visitor, agent]) => ({
    delivery: deliveryId(share, n),
    at: at as Instant,
    class: VISIT_CLASSES[kind] ?? 'human',
    why,
    visitor,
    agent,
    tracked: true,
  }))
}

function toLog(visit: Visit): LogEntry {
  const { delivery, at, why, visitor, agent, tracked } = visit
  return [delivery, at, numberOfClass(visit), why, visitor, agent, tracked ? 1 : 0]
}

function fromLog([delivery, at, kind, why, visitor, agent, tracked]: LogEntry): Visit {
  return {
    delivery,
    at: at as Instant,
    class: VISIT_CLASSES[kind] ?? 'human',
    why,
    visitor,
    agent,
    tracked: tracked === 1,
  }
}

function toPage(visit: Visit): PageEntry {
  const n = Number(visit.delivery.slice(visit.delivery.lastIndexOf('-') + 1))
  return [n, visit.at, numberOfClass(visit), visit.why, visit.visitor, visit.agent]
}

function numberOfClass(visit: Visit): number {
  return classNumber.get(visit.class) ?? 0
}
