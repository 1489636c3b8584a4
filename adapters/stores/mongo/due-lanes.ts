import type { mongo } from 'mongoose'
import { type ChannelName, connectionKey, type Lane, laneKey } from '#core/address.ts'
import type { Instant } from '#core/ids.ts'
import type { DueDelivery, DueRequest } from '#ports/store/deliveries.ts'
import { byLane, type Turn, takeTurn } from '../lane-turns.ts'
import type { Database } from './database.ts'
import type { DeliveryDocument } from './delivery-document.ts'

/**
 * While little is due, it is read whole and told apart here. Otherwise the lanes that have due work are looked up
 * now and then, those of what came due since with each call, and the longest due of as many lanes as were asked for.
 * A call goes on behind the lane where the last one stopped, so that many lanes never starve the ones at the end.
 */
export interface DueLanes {
  due(request: DueRequest): Promise<readonly DueDelivery[]>
  /** The earliest due time on the channels; null where nothing is planned. */
  next(channels: readonly ChannelName[]): Promise<Instant | null>
}

type DueFields = Pick<
  DeliveryDocument,
  '_id' | 'epoch' | 'due' | 'channel' | 'connection' | 'account'
>
const FIELDS = { epoch: 1, due: 1, channel: 1, connection: 1, account: 1 }

/** So many due deliveries are read whole before lanes are looked up. */
const LITTLE = 500
/** The lanes that were found are good for so long, or for so many times as long as finding them took. */
const GOOD_MS = 250
const GOOD_FACTOR = 5
/** Finding them costs by what is due: with a million due, seconds. Only the first look is waited for. */
const LANES_MS = 18_000
/** What is due from a time on is written so much later at most; what takes longer is found with the next look at all. */
const LATE_MS = 2_000

interface KnownLanes {
  readonly of: string
  /** By the process's own clock, in ms. */
  readonly until: number
  /** All that is due by then has its lane here. */
  readonly asOf: Instant
  /** By `laneKey`. */
  readonly lanes: ReadonlyMap<string, Lane>
}

type Filter = mongo.Filter<DeliveryDocument>

export function createDueLanes(
  db: Database,
  collection: mongo.Collection<DeliveryDocument>,
): DueLanes {
  /** All that is due on the channels; undefined where that is much. */
  const dueIfLittle = async (
    channels: readonly ChannelName[],
    now: Instant,
  ): Promise<readonly DueDelivery[] | undefined> => {
    const query = collection
      .find(dueOn(channels, now))
      .hint('channel')
      .limit(LITTLE + 1)
    const found = await db.attempt(() => query.project<DueFields>(FIELDS).toArray())
    return found.length > LITTLE ? undefined : longestFirst(found)
  }

  /** Of what came due between two times; `since` null: of all. */
  const lanesWithDue = (
    channels: readonly ChannelName[],
    since: number | null,
    now: Instant,
  ): Promise<Lane[]> => {
    const lane = { channel: '$channel', connection: '$connection', account: '$account' }
    const among = { ...dueOn(channels, now), ...(since === null ? {} : dueBetween(since, now)) }
    const pipeline = [{ $match: among }, { $group: { _id: lane } }]
    const query = collection.aggregate<{ _id: Lane }>(pipeline, { hint: 'channel' })
    return db.attempt(async () => (await query.toArray()).map(({ _id }) => _id), LANES_MS)
  }

  const dueInLane = async (
    lane: Lane,
    now: Instant,
    limit: number,
  ): Promise<readonly DueDelivery[]> => {
    const filter = { 'due.lane': laneKey(lane), 'due.at': { $lte: now } } as Filter
    const query = collection.find(filter).hint('lane').sort({ 'due.at': 1 }).limit(limit)
    return longestFirst(await db.attempt(() => query.project<DueFields>(FIELDS).toArray()))
  }

  let known: KnownLanes | undefined
  let isLooking = false

  const lookAgain = async (
    channels: readonly ChannelName[],
    asOf: Instant,
  ): Promise<KnownLanes> => {
    const began = performance.now()
    const lanes = byKey(await lanesWithDue(channels, null, asOf))
    const ended = performance.now()
    const until = ended + Math.max(GOOD_MS, GOOD_FACTOR * (ended - began))
    known = { of: channels.join(), until, asOf, lanes }
    return known
  }

  /** Beside the calls that come meanwhile; one that fails is made again. */
  const lookBeside = async (channels: readonly ChannelName[], now: Instant): Promise<void> => {
    if (isLooking) return
    isLooking = true
    await lookAgain(channels, now).catch(() => undefined)
    isLooking = false
  }

  const knownLanes = async (
    channels: readonly ChannelName[],
    now: Instant,
  ): Promise<readonly Lane[]> => {
    const standing = known?.of === channels.join() ? known : undefined
    if (!standing) return [...(await lookAgain(channels, now)).lanes.values()]
    if (standing.until <= performance.now()) void lookBeside(channels, now)
    const fresh = byKey(await lanesWithDue(channels, standing.asOf - LATE_MS, now))
    const grown = { ...standing, asOf: now, lanes: new Map([...standing.lanes, ...fresh]) }
    if (known === standing) known = grown
    return [...grown.lanes.values()]
  }

  /** As many lanes as were asked for, of those that still have due work. */
  const walk = async (
    request: DueRequest,
    lanes: readonly Lane[],
    from: Lane | undefined,
    now: Instant,
  ): Promise<Turn> => {
    const round = roundOf(lanes, request, from)
    const due: DueDelivery[] = []
    let found = 0
    for (let next = 0; next < round.length; ) {
      const turn = round.slice(next, next + request.lanes - found)
      next += turn.length
      const ofLanes = await Promise.all(turn.map((lane) => dueInLane(lane, now, request.perLane)))
      due.push(...ofLanes.flat())
      found += ofLanes.filter(({ length }) => length > 0).length
      if (found >= request.lanes)
        return { due, last: next < round.length ? turn.at(-1) : undefined }
    }
    return { due, last: undefined }
  }

  let last: Lane | undefined
  const turnOf = async (request: DueRequest, now: Instant): Promise<Turn> => {
    const isMuch = known?.of === request.channels.join() && known.until > performance.now()
    const little = isMuch ? undefined : await dueIfLittle(request.channels, now)
    if (little) return takeTurn(byLane(little, request), request, last)
    return walk(request, await knownLanes(request.channels, now), last, now)
  }

  return {
    async due(request) {
      const turn = await turnOf(request, await db.readNow())
      last = turn.last
      return turn.due
    },
    async next(channels) {
      const filter = { 'due.channel': { $in: [...channels] } } as Filter
      const query = collection.find(filter).hint('channel').sort({ 'due.at': 1 }).limit(1)
      const [first] = await db.attempt(() =>
        query.project<Pick<DueFields, 'due'>>({ due: 1 }).toArray(),
      )
      return first?.due?.at ?? null
    },
  }
}

function dueOn(channels: readonly ChannelName[], now: Instant): Filter {
  return { 'due.channel': { $in: [...channels] }, 'due.at': { $lte: now } } as Filter
}

function dueBetween(since: number, now: Instant): Filter {
  return { 'due.at': { $gt: since, $lte: now } } as Filter
}

function byKey(lanes: readonly Lane[]): ReadonlyMap<string, Lane> {
  return new Map(lanes.map((lane) => [laneKey(lane), lane]))
}

function longestFirst(found: readonly DueFields[]): readonly DueDelivery[] {
  return found
    .toSorted((a, b) => (a.due?.at ?? 0) - (b.due?.at ?? 0))
    .map(({ _id, epoch, channel, connection, account }) => ({
      id: _id,
      epoch,
      lane: { channel, connection, account },
    }))
}

/** Every lane whose connection is up, beginning behind a place and coming round to it. */
function roundOf(
  lanes: readonly Lane[],
  { except }: DueRequest,
  from: Lane | undefined,
): readonly Lane[] {
  const down = new Set(except.map(connectionKey))
  const place = from ? laneKey(from) : ''
  const up = lanes
    .filter((lane) => !down.has(connectionKey(lane)))
    .toSorted((a, b) => (laneKey(a) < laneKey(b) ? -1 : 1))
  const behind = up.filter((lane) => laneKey(lane) > place)
  return [...behind, ...up.slice(0, up.length - behind.length)]
}
