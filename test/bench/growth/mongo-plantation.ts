import { randomBytes } from 'node:crypto'
import type { Connection, mongo } from 'mongoose'
import type { DeliveryDocument } from '#adapters/stores/mongo/delivery-document.ts'
import type { AccountId } from '#core/ids.ts'
import { type Code, newCode, newShareId, type ShareId } from '#core/ids.ts'
import type { Store } from '#ports/store/store.ts'
import { plantAccount } from '#test/fixtures/planted-share.ts'
import { withMongoStore } from '../stores.ts'
import {
  ACCOUNTS,
  DAY_MS,
  DAYS,
  type Plantation,
  type PlantedShare,
  RECIPIENTS,
} from './planted.ts'
import { sendShare, settleDown, visitsOf } from './send-share.ts'

type Document = mongo.Document

/** Where what is kept of a share and its people stands. */
const COPIED = [
  'shares',
  'deliveries',
  'endpoints',
  'known_endpoints',
  'visit_counts',
  'visit_shares',
  'visit_pages',
]
/** Copies that are made at a time. */
const COPIES = 10
const INSERTED_TOGETHER = 1_000
const INSERTS_AT_ONCE = 3
/** Between two copies, as far as they go back to the earliest. */
const STEP_MS = 45 * 60_000
/** A number above this is an instant. */
const FIRST_INSTANT = 1e12

/**
 * Runs with a store on MongoDB. Its first share of each account comes as in life: accepted, claimed, settled,
 * visited. From there it grows by copies of all that was stored of them, under other names and at other times,
 * since at a thousand deliveries a second a million would take too long.
 */
export function withMongoPlantation<T>(
  uri: string,
  run: (plantation: Plantation) => Promise<T>,
): Promise<T> {
  return withMongoStore(uri, async (store, connection) => {
    const first = await plantFirst(store)
    const originals = await readOriginals(connection)
    const shares = [...first]
    let copies = 0
    return run({
      store,
      shares,
      async grow(deliveries) {
        const wanted = Math.ceil(deliveries / RECIPIENTS / ACCOUNTS)
        while (copies + 1 < wanted) {
          const count = Math.min(COPIES, wanted - copies - 1)
          const made = Array.from({ length: count }, (_, i) =>
            createCopy(first, originals, copies + i + 1),
          )
          await insertAll(connection, originals, made)
          copies += count
          shares.push(...made.flatMap((copy) => copy.shares))
        }
        await numberShares(connection, copies + 1)
        await compare(store, shares)
      },
    })
  })
}

async function plantFirst(store: Store): Promise<readonly PlantedShare[]> {
  const shares: PlantedShare[] = []
  for (let i = 0; i < ACCOUNTS; i++) {
    const { id } = await plantAccount(store, `a${i}`)
    const share = await sendShare(store, id)
    const visits = visitsOf(share, Date.now())
    await store.visits.append([{ writer: 'planted', seq: i + 1, visits, reclassed: [] }])
    shares.push(share)
  }
  await settleDown(store)
  return shares
}

type Originals = ReadonlyMap<string, readonly Document[]>

async function readOriginals(connection: Connection): Promise<Originals> {
  const read = COPIED.map(async (name) => {
    return [name, await connection.collection(name).find().toArray()] as const
  })
  return new Map(await Promise.all(read))
}

/** One more of everything. */
interface Copy {
  readonly shares: readonly PlantedShare[]
  of(document: Document): Document
}

function createCopy(first: readonly PlantedShare[], originals: Originals, number: number): Copy {
  const shiftMs = number * STEP_MS - DAYS * DAY_MS
  const names = new Map<string, string>()
  for (const { id } of first) names.set(id, newShareId(Date.now() + shiftMs, randomBytes))
  const deliveries = (originals.get('deliveries') ?? []) as unknown as readonly DeliveryDocument[]
  for (const { share, code, address = '' } of deliveries) {
    const person = address.slice(0, address.indexOf('@'))
    names.set(code, newCode(names.get(share) as ShareId, randomBytes))
    names.set(person, `${person}x${number}`)
  }
  const rename = (text: string): string =>
    text.replace(/[0-9A-Za-z]+/g, (word) => names.get(word) ?? word)
  const of = (value: unknown): unknown => {
    if (typeof value === 'string') return rename(value)
    if (typeof value === 'number') return value > FIRST_INSTANT ? value + shiftMs : value
    if (Array.isArray(value)) return value.map(of)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([path, part]) => [path, of(part)]))
  }
  return {
    shares: first.map(({ id, account, code }) => ({
      id: names.get(id) as ShareId,
      account,
      code: names.get(code) as Code,
    })),
    of(document) {
      const copied = of(document) as Document
      return 'seq' in copied ? { ...copied, seq: document.seq + number } : copied
    },
  }
}

async function insertAll(
  connection: Connection,
  originals: Originals,
  copies: readonly Copy[],
): Promise<void> {
  const inserts = [...originals].flatMap(([name, documents]) =>
    chunks(copies.flatMap((copy) => documents.map(copy.of))).map((chunk) => ({ name, chunk })),
  )
  const insert = async (): Promise<void> => {
    for (let next = inserts.pop(); next; next = inserts.pop()) {
      await connection.collection(next.name).insertMany([...next.chunk], { ordered: false })
    }
  }
  await Promise.all(Array.from({ length: INSERTS_AT_ONCE }, insert))
}

function chunks(documents: readonly Document[]): readonly (readonly Document[])[] {
  const count = Math.ceil(documents.length / INSERTED_TOGETHER)
  return Array.from({ length: count }, (_, i) =>
    documents.slice(i * INSERTED_TOGETHER, (i + 1) * INSERTED_TOGETHER),
  )
}

/** So many shares each account has by now. */
async function numberShares(connection: Connection, shares: number): Promise<void> {
  await connection
    .collection<{ _id: AccountId; shares: number }>('senders')
    .updateMany({ shares: { $lt: shares } }, { $set: { shares } })
}

/** Throws where the store does not take the last copy for what the first share is. */
async function compare(store: Store, shares: readonly PlantedShare[]): Promise<void> {
  const looks = [shares[0], shares.at(-1)].map(async (planted) => {
    if (!planted) throw new Error('nothing is planted')
    const deliveries = await store.deliveries.ofShare(planted.id)
    const link = await store.visits.resolve(planted.code)
    const history = await store.shares.page(planted.account, { limit: 1, cursor: null })
    return JSON.stringify({
      states: deliveries.map(({ state, via, attempts }) => [state, via, attempts]),
      visited: (await store.visits.counters(planted.id)).length,
      target: link?.target,
      total: history.items[0]?.total,
      opened: history.items[0]?.opened,
    })
  })
  const [original, copied] = await Promise.all(looks)
  if (original !== copied) throw new Error(`a copy differs: ${copied} is not ${original}`)
}
