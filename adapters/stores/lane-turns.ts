import { connectionKey, type Lane, laneKey } from '#core/address.ts'
import type { DueDelivery, DueRequest } from '#ports/store/deliveries.ts'

/** What is due on a request's channels and on connections that are up, by lane, the longest due first. */
export function byLane(
  due: Iterable<DueDelivery>,
  request: DueRequest,
): ReadonlyMap<string, readonly DueDelivery[]> {
  const down = new Set(request.except.map(connectionKey))
  const lanes = new Map<string, DueDelivery[]>()
  for (const one of due) {
    if (!request.channels.includes(one.lane.channel) || down.has(connectionKey(one.lane))) continue
    const key = laneKey(one.lane)
    const known = lanes.get(key)
    if (known) known.push(one)
    else lanes.set(key, [one])
  }
  return lanes
}

export interface Turn {
  readonly due: readonly DueDelivery[]
  /** The lane where the next turn goes on; undefined: every lane had its turn. */
  readonly last: Lane | undefined
}

/** As many lanes as were asked for, beginning behind the one where the last turn stopped. */
export function takeTurn(
  lanes: ReadonlyMap<string, readonly DueDelivery[]>,
  request: DueRequest,
  last: Lane | undefined,
): Turn {
  const from = last ? laneKey(last) : ''
  const keys = [...lanes.keys()].sort()
  const round = [...keys.filter((key) => key > from), ...keys.filter((key) => key <= from)]
  const turn = round.slice(0, request.lanes)
  const due = turn.flatMap((key) => (lanes.get(key) ?? []).slice(0, request.perLane))
  return { due, last: turn.length < round.length ? due.at(-1)?.lane : undefined }
}
