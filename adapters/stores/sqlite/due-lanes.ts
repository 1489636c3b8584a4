import { type ChannelName, connectionKey, type Lane } from '#core/address.ts'
import { type ConnectionId, deliveryId, type Instant, type ShareId } from '#core/ids.ts'
import type { DueDelivery, DueRequest } from '#ports/store/deliveries.ts'
import { byLane, type Turn, takeTurn } from '../lane-turns.ts'
import type { Database } from './database.ts'

/**
 * While little is due, it is read whole and told apart here. Otherwise the lanes of `delivery_lane` are walked
 * one seek at a time (a loose index scan), so that the cost goes by lanes, not by deliveries. Each call goes on
 * behind the lane where the last one stopped, so that many lanes never starve the ones at the end.
 */
export interface DueLanes {
  due(request: DueRequest, now: Instant): readonly DueDelivery[]
  /** The earliest due time on the channels; null where nothing is planned. */
  next(channels: readonly ChannelName[]): Instant | null
}

type LaneDueRow = DueRow & Pick<Lane, 'connection' | 'account'>

interface DueRow {
  readonly share: ShareId
  readonly n: number
  readonly epoch: number
}

/** So many due deliveries are read whole before lanes are walked. */
const LITTLE = 500

/** So many lanes are looked at in one call, due or not: a call holds the event loop for milliseconds. */
const LOOKS = 1_000

/** Sorts behind every account and connection id. */
const LAST = '\u{10FFFF}'

export function createDueLanes(db: Database): DueLanes {
  const nextLane = db.prepare(`
    SELECT channel, connection, account, due_at AS dueAt FROM delivery
    WHERE due_at IS NOT NULL AND (channel, connection, account, due_at) > (?, ?, ?, ?)
    ORDER BY channel, connection, account, due_at LIMIT 1`)
  const dueInLane = db.prepare(`
    SELECT share, n, epoch FROM delivery
    WHERE channel = ? AND connection = ? AND account = ? AND due_at <= ?
    ORDER BY due_at, share, n LIMIT ?`)

  const dueOnChannel = db.prepare(`
    SELECT share, n, epoch, connection, account FROM delivery
    WHERE channel = ? AND due_at <= ? ORDER BY due_at LIMIT ${LITTLE}`)
  const nextOnChannel = db.prepare(`
    SELECT due_at AS dueAt FROM delivery
    WHERE channel = ? AND due_at IS NOT NULL ORDER BY due_at LIMIT 1`)

  /** All that is due on the channels; undefined where that is much. */
  const dueIfLittle = (
    channels: readonly ChannelName[],
    now: Instant,
  ): DueDelivery[] | undefined => {
    const found: DueDelivery[] = []
    for (const channel of channels) {
      const rows = dueOnChannel.all(channel, now) as unknown as LaneDueRow[]
      if (rows.length === LITTLE) return undefined
      for (const { share, n, epoch, connection, account } of rows) {
        found.push({ id: deliveryId(share, n), epoch, lane: { channel, connection, account } })
      }
    }
    return found
  }

  const laneAfter = ({ channel, connection, account }: Lane): LaneHead | undefined =>
    nextLane.get(channel, connection, account, Number.MAX_SAFE_INTEGER) as LaneHead | undefined

  /** The lanes of a channel that follow a place, with the first due time of each. */
  function* lanesBehind(place: Lane, down: ReadonlySet<string>): Generator<LaneHead> {
    let head = laneAfter(place)
    while (head && head.channel === place.channel) {
      const skip = down.has(connectionKey(head))
      if (!skip) yield head
      head = laneAfter(skip ? { ...head, account: LAST } : head)
    }
  }

  /** Every lane of the channels, beginning behind the place and coming round to it. */
  function* lanesRound(request: DueRequest, place: Lane | undefined): Generator<LaneHead> {
    const down = new Set(request.except.map(connectionKey))
    const at = place ? request.channels.indexOf(place.channel) : -1
    const [before, after] = [request.channels.slice(0, at + 1), request.channels.slice(at + 1)]
    if (place && at >= 0) yield* lanesBehind(place, down)
    for (const channel of [...after, ...before]) {
      for (const lane of lanesBehind(startOf(channel), down)) {
        if (place && lane.channel === place.channel && isBehind(lane, place)) break
        yield lane
      }
    }
  }

  const walk = (request: DueRequest, from: Lane | undefined, now: Instant): Turn => {
    const due: DueDelivery[] = []
    let lanes = 0
    let looks = 0
    let last: Lane | undefined
    for (const { dueAt, ...lane } of lanesRound(request, from)) {
      if (lanes === request.lanes || looks === LOOKS) return { due, last }
      looks++
      last = lane
      if (dueAt > now) continue
      lanes++
      const { channel, connection, account } = lane
      const rows = dueInLane.all(channel, connection, account, now, request.perLane)
      for (const { share, n, epoch } of rows as unknown as DueRow[]) {
        due.push({ id: deliveryId(share, n), epoch, lane })
      }
    }
    return { due, last: undefined }
  }

  let last: Lane | undefined
  return {
    due(request, now) {
      const little = dueIfLittle(request.channels, now)
      const turn = little
        ? takeTurn(byLane(little, request), request, last)
        : walk(request, last, now)
      last = turn.last
      return turn.due
    },
    next(channels) {
      const times = channels.flatMap((channel) => {
        const row = nextOnChannel.get(channel) as { dueAt: Instant } | undefined
        return row ? [row.dueAt] : []
      })
      return times.length === 0 ? null : (Math.min(...times) as Instant)
    },
  }
}

type LaneHead = Lane & { readonly dueAt: Instant }

function startOf(channel: ChannelName): Lane {
  return { channel, connection: '' as ConnectionId, account: '' }
}

function isBehind(lane: Lane, place: Lane): boolean {
  if (lane.connection !== place.connection) return lane.connection > place.connection
  return lane.account > place.account
}
