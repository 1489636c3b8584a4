import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '#adapters/stores/mongo/database.ts'
import { migrate } from '#adapters/stores/mongo/migrations.ts'
import { composeStore } from '#adapters/stores/mongo/store.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { PlatformUser } from '#core/identity.ts'
import type { AccountId, DeliveryId, Instant, ShareId } from '#core/ids.ts'
import type { Receipt } from '#ports/channel.ts'
import type { Store } from '#ports/store/store.ts'
import { statusOf } from '#test/contracts/store/conversations.ts'
import { randomBytes } from '#test/contracts/store/harness.ts'
import {
  claimed,
  DAY,
  dueRequest,
  endpointKey,
  HOUR,
  retryIn,
  sendOne,
  settleNow,
  sharePlan,
  someAccount,
} from '#test/contracts/store/plans.ts'
import { owing, someReply } from '#test/contracts/store/replies.ts'
import { someUser } from '#test/contracts/store/users.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { aBatch, aVisit } from '#test/fixtures/visits.ts'
import { freshDatabase, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

const ACCOUNTS = 20
const SHARES = 60
const EACH = 100
const VISITS = 6_000
const REPLIES = 3_000
const USERS = 500

/** Collections that hold a few documents, or are asked for all of them. */
const SMALL = new Set(['connections_down', 'held_names', 'schema_state', 'visit_merge'])
/** Shapes that read a whole collection, and why. */
const MAY_SCAN: Readonly<Record<string, string>> = {
  'accounts {}': 'all names, or their number',
  'visit_log {}': 'any batches at all, up to a bound',
  'outbox {}': 'the newest: what is kept there is tried out, and little',
}

interface Asked {
  readonly collection: string
  readonly filter: object
  /** To be explained. */
  readonly command: object
}

let db: Database
let store: Store
const asked = new Map<string, Asked>()
const accounts: readonly AccountId[] = Array.from({ length: ACCOUNTS }, someAccount)
const shares: ShareId[] = []
const users = Array.from({ length: USERS }, (_, i) => someUser({ handle: `user_${i}` }))

const missing = skippedFor(await missingDatabase())

describe.skipIf(missing)('what a busy store asks MongoDB', () => {
  beforeAll(async () => {
    const uri = `${await freshDatabase()}?monitorCommands=true`
    db = await openDatabase({ uri: () => uri })
    await migrate(db, quiet)
    store = composeStore(db, { randomBytes })
    await fill()
    db.connection.getClient().on('commandStarted', ({ commandName, command }) => {
      for (const one of questionsOf(commandName, command)) {
        asked.set(`${one.collection} ${JSON.stringify(shapeOf(one.filter))}`, one)
      }
    })
    await useAll()
    db.connection.getClient().removeAllListeners('commandStarted')
  }, 120_000)
  afterAll(() => store?.close())

  it('is found by an index, all of it', async () => {
    const scans: string[] = []
    for (const [shape, question] of asked) {
      const { collection } = question
      if (SMALL.has(collection) || Object.hasOwn(MAY_SCAN, shape)) continue
      if (await isScan(question)) scans.push(shape)
    }
    expect(asked.size).toBeGreaterThan(30)
    expect(scans).toEqual([])
  })

  it('would be told if it were not', async () => {
    const filter = { cost: 5 }
    const command = { find: 'deliveries', filter }
    expect(await isScan({ collection: 'deliveries', filter, command })).toBe(true)
  })
})

/**
 * As MongoDB says it, or the PostgreSQL behind a compatible server, which may read the whole primary key instead.
 */
async function isScan({ filter, command }: Asked): Promise<boolean> {
  const plan = JSON.stringify(await db.connection.db?.command({ explain: command }))
  const ofPostgres = [...plan.matchAll(/"Index Name":"([^"]+)"/g)]
  const indexes = ofPostgres.length > 0 ? ofPostgres : [...plan.matchAll(/"indexName":"([^"]+)"/g)]
  const byOthers = '_id' in filter || indexes.some(([, name]) => name !== '_id_')
  return /"Seq Scan"|"COLLSCAN"/.test(plan) || !byOthers
}

async function fill(): Promise<void> {
  const to = Array.from({ length: EACH }, (_, i) => ({ value: `p${i}@example.org` }))
  for (let i = 0; i < SHARES; i++) {
    const account = accounts[i % ACCOUNTS] as AccountId
    const plan = sharePlan({ account, to, now: Date.now(), due: { inMs: (i % 2) * HOUR } })
    await store.shares.accept(plan)
    shares.push(plan.id)
  }
  const visits = Array.from({ length: VISITS }, (_, i) => visitAt(i))
  for (let i = 0; i < VISITS; i += 500) {
    await store.visits.append([aBatch(i / 500 + 1, visits.slice(i, i + 500), 'w')])
  }
  await foldAll()
  await fillReplies()
  await fillChats()
}

async function fillReplies(): Promise<void> {
  for (let i = 0; i < REPLIES; i += 50) {
    const some = Array.from({ length: 50 }, (_, n) => replyAt(i + n))
    await Promise.all(some.map((reply) => store.replies.keep(reply, answerTo(reply.id))))
  }
}

function replyAt(i: number) {
  const means = i % 3 === 0 ? 'stop' : 'other'
  const share = means === 'other' ? (shares[i % SHARES] as ShareId) : null
  const delivery = `${shares[i % SHARES]}-${i % EACH}` as DeliveryId
  return someReply({ means, share, delivery })
}

async function fillChats(): Promise<void> {
  const { identities, people, conversations } = store
  for (const [i, user] of users.entries()) {
    const account = accounts[i % ACCOUNTS] as AccountId
    const status = statusOf({ share: shares[i % SHARES] as ShareId, account }, user)
    await Promise.all([
      identities.link(user, account, null),
      identities.begin({ hash: `hash-${i}`, begun: 'chat', user, movesFrom: null }, DAY),
      people.meet(user, { chat: user.id }),
      conversations.save(user, 'state', 0),
      conversations.follow(status),
    ])
  }
}

const answerTo = (key: string) => ({ ...owing('help', key), budget: budgetOf(key) })
const budgetOf = (key: string) => ({ key, limits: [{ most: 3, withinMs: HOUR }] })

function visitAt(i: number) {
  const share = shares[i % SHARES] as ShareId
  const delivery = `${share}-${Math.floor(i / SHARES) % EACH}` as DeliveryId
  return aVisit({ delivery, at: (Date.now() - HOUR + i) as Instant })
}

async function foldAll(): Promise<void> {
  while ((await store.visits.fold(100)).more);
}

/** Every use case once, so that what it asks is heard. */
async function useAll(): Promise<void> {
  await useShares()
  await useDeliveries()
  await useReplies()
  await useVisits()
  await useChats()
  await useAccess()
}

async function useShares(): Promise<void> {
  const account = accounts[0] as AccountId
  const [share] = shares as [ShareId, ...ShareId[]]
  const { shares: use } = store
  const idempotency = { key: 'api:1', hash: 'x', ttlMs: DAY }
  await use.accept(sharePlan({ account, now: Date.now(), idempotency }))
  await use.findByKey(account, 'api:1', 'x')
  await use.get(share)
  const { cursor } = await use.page(account, { limit: 2, cursor: null })
  await use.page(account, { limit: 2, cursor })
  const { mark } = await use.revisedSince(null, 10)
  await use.revise(10)
  await use.revisedSince(mark, 10)
  await use.mark(shares[1] as ShareId, 'cancelled')
  await use.mark(shares[3] as ShareId, 'recalled')
  await use.repair(10)
  await use.blank(0, 10)
  for await (const _one of use.export(account)) break
}

async function useDeliveries(): Promise<void> {
  const { deliveries: use } = store
  const due = await use.due(dueRequest({ perLane: 5 }))
  const [first, second] = due
  if (!first || !second) throw new Error('nothing is due')
  await sendOne(store, first.id, undefined, { providerIds: ['p1'] })
  const { lease } = await claimed(store, second.id)
  await settleNow(store, lease, retryIn(1_000))
  for (const providerId of ['p1', 'p2']) await use.receipt(receiptFor(providerId))
  await use.get(first.id)
  await use.ofShare(shares[0] as ShareId)
  await use.nextDueInMs(['email'])
  await use.depth()
  await use.expire(10)
  await use.unpark(DAY)
  await use.waiting({ channel: 'email', value: 'p1@example.org' }, 10)
  await use.readdress(first.id, NOBODY)
  await use.noteArrival(first.id, { kind: 'came', user: users[0] as PlatformUser })
  await use.unasked(users[0] as PlatformUser, { limit: 10 })
  await use.wake({ channel: 'email', value: 'p1@example.org' }, {} as never)
  await use.recents(accounts[0] as AccountId, 5)
  await use.known(accounts[0] as AccountId, [endpointKey('a'), endpointKey('b')])
}

const NOBODY = {
  address: { channel: 'email', value: 'nobody@example.org' },
  endpoint: endpointKey('nobody'),
  reach: {},
} as const

function receiptFor(providerId: string): Receipt {
  const connection = { channel: 'email', connection: DEFAULT_CONNECTION } as const
  return { connection, providerId, verdict: { state: 'delivered', reason: null, detail: null } }
}

async function useReplies(): Promise<void> {
  const { replies: use } = store
  const reply = replyAt(1)
  await use.has(reply.id)
  await use.keep(reply, { ...answerTo('x'), once: { key: 'x', withinMs: 1_000 } })
  await use.lastWord(replyAt(0).endpoint)
  const [share] = shares as [ShareId, ...ShareId[]]
  const { cursor } = await use.ofShare(share, { limit: 2, cursor: null })
  await use.ofShare(share, { limit: 2, cursor })
  const [owed] = await use.claim({ channel: 'sms', limit: 3, leaseMs: HOUR })
  if (owed) await use.settle(owed.lease, { kind: 'done' })
  await use.purge(DAY, 10)
  await store.deliveries.lastTo(endpointKey('p1@example.org'))
}

async function useVisits(): Promise<void> {
  const [share] = shares as [ShareId, ...ShareId[]]
  const { visits: use } = store
  const [delivery] = await store.deliveries.ofShare(share)
  if (delivery) await use.resolve(delivery.code)
  const found = { visit: visitAt(0), to: 'scanner' as const }
  await use.append([{ ...aBatch(100, [visitAt(1)], 'w'), reclassed: [found] }])
  await use.append([aBatch(9_000, [visitAt(1)], 'w')])
  await foldAll()
  await use.lastSeq('another')
  await use.counters(share)
  await use.ofShare(share, { limit: 50, cursor: null })
  await use.stats(share)
  await use.salt('2026-11-23')
  await use.purge()
}

async function useChats(): Promise<void> {
  const { identities, people, conversations } = store
  const [user, other] = users as [PlatformUser, PlatformUser]
  const account = accounts[0] as AccountId
  const [share] = shares as [ShareId, ...ShareId[]]
  await identities.byUser(user)
  await identities.ofAccount(account)
  await identities.link(user, account, null)
  await identities.link(user, accounts[1] as AccountId, account)
  await identities.rename({ ...user, name: 'another' })
  await identities.unlink(other, account)
  await identities.begin({ hash: 'h', begun: 'chat', user, movesFrom: null }, DAY)
  await identities.attemptOf({ user })
  await identities.meet('h', { account, pinHash: 'p' })
  await identities.countTry('h', 5)
  await identities.end('h')
  await people.get(user)
  await people.byHandle(user, 'bob')
  await people.meet({ ...user, handle: 'somebody' }, null)
  await people.meet({ ...other, handle: 'somebody' })
  const { version = 0 } = (await conversations.load(user)) ?? {}
  await conversations.save(user, 'next', version)
  await conversations.forget(DAY, 10)
  const status = statusOf({ share, account }, user)
  await conversations.follow(status)
  await conversations.shown(status, 2)
  await conversations.ofShare(share)
  const { next } = await conversations.behind(user, { limit: 10 })
  await conversations.behind(user, { limit: 10, after: next ?? '' })
  await conversations.settleStatus(DAY, 10)
  await conversations.unfollow(status)
}

async function useAccess(): Promise<void> {
  const { accounts: use, consent, contacts, outbox } = store
  const account = accounts[0] as AccountId
  await use.get(account)
  await use.byUsername('ann')
  await use.operator()
  await use.getSession('k')
  await use.renewSession('k', '', 1_000)
  await use.sessions(account)
  await use.dropSessions(account, 'k')
  await use.dropSessions(account)
  await use.byMailbox('ann@example.org')
  await use.useToken('h')
  await use.tokens(account)
  await use.revokeToken(account, 't')
  await use.peekTicket('h', 'reset')
  await use.dropTickets('reset', 'ann')
  await use.dropTickets('reset')
  await consent.suppress(endpointKey('a'), null, 'stop', null)
  await consent.lift(endpointKey('a'), 'all', 'stop')
  await consent.of(endpointKey('a'))
  await consent.isUntracked(endpointKey('a'))
  await contacts.list(account)
  await contacts.notes(account)
  await outbox.page({ limit: 5, cursor: null })
}

/** Updates and deletes are asked as what they look for: not every server explains them. */
function questionsOf(name: string, command: Record<string, unknown>): readonly Asked[] {
  const collection = String(command[name])
  const find = (filter: object): Asked => ({
    collection,
    filter,
    command: { find: collection, filter },
  })
  switch (name) {
    case 'find': {
      const filter = command.filter as object
      const { sort, limit, hint } = command
      const rest = Object.fromEntries(
        Object.entries({ sort, limit, hint }).filter(([, value]) => value !== undefined),
      )
      return [{ collection, filter, command: { find: collection, filter, ...rest } }]
    }
    case 'aggregate': {
      const pipeline = command.pipeline as readonly { readonly $match?: object }[]
      const filter = pipeline[0]?.$match ?? {}
      return [{ collection, filter, command: { aggregate: collection, pipeline, cursor: {} } }]
    }
    case 'update':
      return (command.updates as readonly { q: object }[]).map(({ q }) => find(q))
    case 'delete':
      return (command.deletes as readonly { q: object }[]).map(({ q }) => find(q))
    case 'findAndModify':
      return [find(command.query as object)]
    default:
      return []
  }
}

/** The filter without its values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? [shapeOf(value[0])] : []
  if (typeof value !== 'object' || value === null) return '?'
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shapeOf(part)]))
}
