import { connectionKey, laneKey } from '#core/address.ts'
import type { DueDelivery, DueRequest } from '#ports/store/deliveries.ts'
import type { StoredDelivery } from '../delivery-steps.ts'

/**
 * Finds due work by lanes. Each call goes on behind the lane where the last one stopped, so that many lanes
 * never starve the ones at the end.
 */
export function createDueLanes(): (
  deliveries: Iterable<StoredDelivery>,
  request: DueRequest,
  now: number,
) => readonly DueDelivery[] {
  let last = ''
  return (deliveries, request, now) => {
    const lanes = groupByLane(deliveries, request, now)
    const keys = [...lanes.keys()].sort()
    const chosen = [...keys.filter((key) => key > last), ...keys.filter((key) => key <= last)]
    const turn = chosen.slice(0, request.lanes)
    last = turn.length < chosen.length ? (turn.at(-1) ?? '') : ''
    return turn.flatMap((key) =>
      (lanes.get(key) ?? [])
        .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0) || (a.share < b.share ? -1 : 1))
        .slice(0, request.perLane)
        .map(({ id, epoch, lane }) => ({ id, epoch, lane })),
    )
  }
}

function groupByLane(
  deliveries: Iterable<StoredDelivery>,
  request: DueRequest,
  now: number,
): Map<string, StoredDelivery[]> {
  const except = new Set(request.except.map(connectionKey))
  const lanes = new Map<string, StoredDelivery[]>()
  for (const delivery of deliveries) {
    const { lane, dueAt } = delivery
    if (dueAt === null || dueAt > now || !request.channels.includes(lane.channel)) continue
    if (except.has(connectionKey(lane))) continue
    const key = laneKey(lane)
    const known = lanes.get(key)
    if (known) known.push(delivery)
    else lanes.set(key, [delivery])
  }
  return lanes
}
