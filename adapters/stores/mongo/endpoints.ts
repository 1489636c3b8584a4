import type { mongo } from 'mongoose'
import type { AccountId, DeliveryId, EndpointKey, Instant } from '#core/ids.ts'
import { COUNTED_KEPT } from '#ports/store/archive.ts'
import type { RecipientCap } from '#ports/store/deliveries.ts'
import { COUNTED_LOOKED_AT } from '../last-to.ts'
import type { StoredDelivery } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import { insertEach } from './inserts.ts'
import { documentSchema, partSchema } from './schema.ts'
import { createStamped, type Stamped, type StampedWrite } from './stamped.ts'

/** A delivery that counts against its recipient's cap. */
interface CountedPart {
  readonly delivery: DeliveryId
  readonly account: AccountId
  readonly at: Instant
}

/** What all senders together need to know of one endpoint, in one document, so that a cap holds for all of them. */
export interface EndpointDocument extends Stamped {
  readonly _id: EndpointKey
  /** A message went there. */
  readonly contacted?: boolean
  readonly counted: readonly CountedPart[]
}

const endpointSchema = documentSchema<EndpointDocument>({
  _id: String,
  contacted: Boolean,
  counted: [partSchema<CountedPart>({ delivery: String, account: String, at: Number })],
  stamp: String,
  stamps: { type: [String], default: undefined },
})

/** A delivery that is about to be sent. */
export interface Candidate {
  readonly delivery: StoredDelivery
  /** Null: counted, but put off by nothing. */
  readonly cap: RecipientCap | null
  /** It counts already, for an earlier try. */
  readonly counts: boolean
}

/** What the endpoint has for a candidate. */
export interface Room {
  /** 0: it is counted from here, and may be sent. Else nothing was counted. */
  readonly waitMs: number
  readonly firstContact: boolean
}

export interface Endpoints {
  /**
   * Counts the candidates as far as their caps have room. One that is counted already is not counted again, so
   * that a claim that was cut off may be tried again; at worst it counts though it is never sent.
   */
  count(candidates: readonly Candidate[], now: Instant): Promise<ReadonlyMap<DeliveryId, Room>>
  /** Nothing of the deliveries was ever sent. */
  uncount(deliveries: readonly StoredDelivery[]): Promise<void>
  contacted(endpoints: readonly EndpointKey[]): Promise<void>
  /** The deliveries to the endpoint that were tried last, as far as they went out or may yet. */
  countedTo(endpoint: EndpointKey): Promise<readonly DeliveryId[]>
}

const TRIES = 20
/** Kept behind the cap's window too: what went nowhere must not hide what went out before it. */
const KEPT_BEHIND = COUNTED_LOOKED_AT
/** Stands for the stamp of a document that is still to be made. */
const UNMADE = ''

export function createEndpoints(db: Database): Endpoints {
  const collection = db.collection('endpoints', endpointSchema)
  const stamped = createStamped(db, collection)

  const read = async (ids: readonly EndpointKey[]): Promise<Map<EndpointKey, EndpointDocument>> => {
    const filter = { _id: { $in: [...ids] } }
    const found = await db.attempt(() => collection.find(filter).toArray())
    return new Map(found.map((document) => [document._id, document]))
  }

  /** Whether each write held. A document that is not there yet is made with what it counts. */
  const write = async (writes: readonly StampedWrite[]): Promise<readonly boolean[]> => {
    const fresh = writes.filter(({ before }) => before.stamp === UNMADE)
    const known = writes.filter(({ before }) => before.stamp !== UNMADE)
    const documents = fresh.map(
      ({ before, set }) => ({ ...before, ...set, stamp: stamped.newStamp() }) as EndpointDocument,
    )
    const made = await db.attempt(() => insertEach(collection, documents))
    const held = await stamped.putAll(known)
    return writes.map((one) => made[fresh.indexOf(one)] ?? held[known.indexOf(one)] ?? false)
  }

  /** Those whose documents were written as they were read; the rest is to be decided again. */
  const countOnce = async (
    candidates: readonly Candidate[],
    now: Instant,
  ): Promise<Map<DeliveryId, Room>> => {
    const groups = byEndpoint(candidates)
    const known = await read([...groups.keys()])
    const decided = [...groups].map(([endpoint, group]) =>
      decide(known.get(endpoint) ?? { _id: endpoint, counted: [], stamp: UNMADE }, group, now),
    )
    const writes = decided.flatMap((one) => one.write ?? [])
    const held = await write(writes)
    const lost = new Set(writes.filter((_, i) => !held[i]).map(({ before }) => before._id))
    return new Map(
      decided.filter(({ endpoint }) => !lost.has(endpoint)).flatMap(({ rooms }) => rooms),
    )
  }

  return {
    async count(candidates, now) {
      const rooms = new Map<DeliveryId, Room>()
      let open = candidates
      for (let i = 0; i < TRIES && open.length > 0; i++) {
        for (const [id, room] of await countOnce(open, now)) rooms.set(id, room)
        open = open.filter(({ delivery }) => !rooms.has(delivery.id))
      }
      return rooms
    },
    async uncount(deliveries) {
      const operations = deliveries.map(({ id, endpoint }) => ({
        updateOne: {
          filter: { _id: endpoint },
          update: {
            $pull: { counted: { delivery: id } },
            $set: { stamp: stamped.newStamp() },
          } as unknown as mongo.UpdateFilter<EndpointDocument>,
        },
      }))
      if (operations.length === 0) return
      await db.attempt(() => collection.bulkWrite(operations, { ordered: false }))
    },
    async contacted(endpoints) {
      if (endpoints.length === 0) return
      const filter = { _id: { $in: [...endpoints] }, contacted: { $ne: true } }
      await db.attempt(() => collection.updateMany(filter, { $set: { contacted: true } }))
    },
    async countedTo(endpoint) {
      const counted = (await read([endpoint])).get(endpoint)?.counted ?? []
      return counted.slice(-COUNTED_LOOKED_AT).map(({ delivery }) => delivery)
    },
  }
}

function byEndpoint(candidates: readonly Candidate[]): Map<EndpointKey, readonly Candidate[]> {
  const groups = new Map<EndpointKey, Candidate[]>()
  for (const candidate of candidates) {
    const { endpoint } = candidate.delivery
    const group = groups.get(endpoint)
    if (group) group.push(candidate)
    else groups.set(endpoint, [candidate])
  }
  return groups
}

interface Decision {
  readonly endpoint: string
  readonly rooms: readonly (readonly [DeliveryId, Room])[]
  /** Undefined: nothing new is counted. */
  readonly write: StampedWrite | undefined
}

function decide(before: EndpointDocument, group: readonly Candidate[], now: Instant): Decision {
  let counted = before.counted
  const rooms = group.map(({ delivery, cap, counts }) => {
    const waitMs = counts ? 0 : waitOf(counted, delivery, cap, now)
    if (!counts && waitMs === 0) counted = withCounted(counted, delivery, cap, now)
    return [delivery.id, { waitMs, firstContact: !before.contacted }] as const
  })
  const write =
    counted === before.counted ? undefined : { before, set: { counted }, unset: [] as string[] }
  return { endpoint: before._id, rooms, write }
}

function waitOf(
  counted: readonly CountedPart[],
  delivery: StoredDelivery,
  cap: RecipientCap | null,
  now: Instant,
): number {
  if (!cap) return 0
  const since = now - cap.windowMs
  const within = counted.filter(({ at }) => at > since)
  if (within.some((part) => part.delivery === delivery.id)) return 0
  const sameSender = within.filter(({ account }) => account === delivery.account)
  return Math.max(
    roomInMs(within, cap.fromAll, cap.windowMs, now),
    roomInMs(sameSender, cap.fromSender, cap.windowMs, now),
  )
}

function roomInMs(
  counted: readonly CountedPart[],
  limit: number,
  windowMs: number,
  now: Instant,
): number {
  if (limit <= 0) return windowMs
  const newestFirst = counted.map(({ at }) => at).sort((a, b) => b - a)
  const leaves = newestFirst[limit - 1]
  return leaves === undefined ? 0 : leaves + windowMs - now
}

function withCounted(
  counted: readonly CountedPart[],
  { id, account }: StoredDelivery,
  cap: RecipientCap | null,
  now: Instant,
): readonly CountedPart[] {
  const since = cap ? now - cap.windowMs : 0
  if (counted.some((part) => part.delivery === id && part.at > since)) return counted
  const kept = Math.max(COUNTED_KEPT, cap?.fromAll ?? 0)
  const before = counted.filter((part) => part.delivery !== id)
  const others = before.filter(({ at }, i) => at > since || i >= before.length - KEPT_BEHIND)
  return [...others, { delivery: id, account, at: now }].slice(-kept)
}
