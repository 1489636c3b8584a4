import mongoose from 'mongoose'
import { afterEach, describe, expect, it } from 'vitest'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { ContactId } from '#core/ids.ts'
import type { Store } from '#ports/store/store.ts'
import { statusOf } from '#test/contracts/store/conversations.ts'
import {
  acceptOne,
  claimed,
  DAY,
  deliveryNow,
  extendPlan,
  HOUR,
  newAccount,
  retryIn,
  settleNow,
} from '#test/contracts/store/plans.ts'
import { someUser } from '#test/contracts/store/users.ts'
import { aBatch, aVisit } from '#test/fixtures/visits.ts'
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { testDatabase } from './harness.ts'

/** What a newer release writes into a document that this one knows nothing of. */
const NEWER = 'newer'

type Plain = Readonly<Record<string, unknown>>

/** Collections whose documents are changed after they were made, and parts of them that have paths of their own. */
const REWRITTEN: Readonly<Record<string, readonly string[]>> = {
  accounts: ['permissions'],
  api_tokens: [],
  canned_notes: [],
  connections_down: [],
  conversations: [],
  contacts: [],
  deliveries: ['due', 'sweep'],
  endpoints: ['counted.0'],
  held_names: [],
  identities: [],
  link_attempts: [],
  people: [],
  reaches: [],
  schema_state: [],
  senders: [],
  sessions: [],
  shares: ['keys.0'],
  status_messages: [],
  suppressions: [],
  tickets: [],
  visit_counts: [],
  visit_merge: [],
  visit_shares: [],
  visit_writers: [],
}

const left: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of left.splice(0).toReversed()) await close()
})

/** Makes a document of each collection at its first run, and changes the same ones whenever it is run again. */
async function useOf(store: Store): Promise<(round: number) => Promise<void>> {
  const account = newAccount()
  await store.accounts.create(account)
  await store.accounts.addToken({ id: 't', account: account.id, name: 'mine' }, 'hash')
  const idempotency = { key: 'api:1', hash: 'a', ttlMs: DAY }
  const more = { account: account.id, idempotency }
  const to = { value: 'bob@example.org' }
  const { id, share } = await acceptOne(store, to, more)
  const cap = { fromSender: 9, fromAll: 9, windowMs: HOUR }
  const contact = {
    id: 'c' as ContactId,
    account: account.id,
    kind: 'person',
    addresses: [],
    use: 'all',
    members: [],
  } as const

  const user = someUser()

  return async (round) => {
    const named = { ...user, name: `Bob ${round}`, handle: `bob${round}` }
    await store.identities.link(named, account.id, null)
    await store.identities.rename({ ...named, handle: null })
    await store.identities.begin(
      { hash: `hash ${round}`, begun: 'chat', user: named, movesFrom: null },
      HOUR,
    )
    await store.people.meet(named, { chat: String(round) })
    await store.conversations.save(user, `state ${round}`, round - 1)
    await store.conversations.follow(
      statusOf({ share, account: account.id }, user, { message: `message ${round}` }),
    )
    await store.accounts.update(account.id, {
      permissions: { channels: null, messagesPerDay: round, newEndpointsPerDay: round },
    })
    await store.accounts.useToken('hash')
    await store.accounts.putSession('key', account.id, `data ${round}`, HOUR)
    await store.accounts.addTicket('ticket', 'reset', `subject ${round}`, HOUR)
    await store.contacts.put({ ...contact, name: `Bob ${round}` })
    await store.contacts.setNotes(account.id, [`note ${round}`])
    await store.connections.pause(
      { channel: 'email', connection: DEFAULT_CONNECTION },
      `detail ${round}`,
    )
    await store.connections.hold('poller', `holder ${round}`, 0)
    const { endpoint } = await deliveryNow(store, id)
    const { lease } = await claimed(store, id, { cap })
    await settleNow(store, lease, retryIn(0), { reach: { chat: String(round) } })
    const another = await acceptOne(store, to, { account: account.id })
    await claimed(store, another.id, { cap })
    await store.consent.suppress(endpoint, null, 'stop', round * HOUR)
    await store.shares.extend(extendPlan(share, account.id, [{}]))
    await store.visits.append([aBatch(round, [aVisit({ delivery: id })])])
    await store.visits.fold(100)
    await store.check()
  }
}

describe.skipIf(skippedFor(await missingDatabase()))('what a newer release wrote', () => {
  it('stays, at the top and within parts, in every document that is changed', async () => {
    const { open, uri } = await testDatabase()
    let ahead = 0
    const store = await open(() => Date.now() + ahead)
    left.push(() => store.close())
    const connection = await mongoose.createConnection(uri).asPromise()
    left.push(() => connection.close())
    const all = (name: string): Promise<Plain[]> =>
      connection.collection(name).find().sort({ _id: 1 }).toArray()
    const read = async (): Promise<Readonly<Record<string, Plain>>> => {
      const documents = await Promise.all(
        Object.keys(REWRITTEN).map(async (name) => [name, (await all(name))[0] ?? {}] as const),
      )
      return Object.fromEntries(documents)
    }

    const use = await useOf(store)
    await use(1)
    for (const [name, parts] of Object.entries(REWRITTEN)) {
      const paths = [NEWER, ...parts.map((part) => `${part}.${NEWER}`)]
      const set = Object.fromEntries(paths.map((path) => [path, 'kept']))
      const { _id } = (await all(name))[0] as { _id: never }
      await connection.collection(name).updateOne({ _id }, { $set: set })
    }
    const before = await read()
    ahead = HOUR / 2
    await use(2)
    const after = await read()

    for (const [name, parts] of Object.entries(REWRITTEN)) {
      expect(after[name], `${name} was changed`).not.toEqual(before[name])
      for (const path of ['', ...parts]) {
        expect(at(after[name], path), `${name} ${path}`).toHaveProperty(NEWER, 'kept')
      }
    }
  })

  it('stays with what is to become of a delivery, when that becomes another thing', async () => {
    const { open, uri } = await testDatabase()
    const store = await open()
    left.push(() => store.close())
    const connection = await mongoose.createConnection(uri).asPromise()
    left.push(() => connection.close())
    const { id, share } = await acceptOne(store)
    const raw = connection.collection<{ _id: string }>('deliveries')
    await raw.updateOne({ _id: id }, { $set: { [`sweep.${NEWER}`]: 'kept' } })
    await store.shares.mark(share, 'cancelled')
    const delivery = await raw.findOne({ _id: id })
    expect(delivery).toMatchObject({ sweep: { for: 'blanking', [NEWER]: 'kept' } })
    expect(delivery).not.toHaveProperty('due')
  })
})

function at(document: unknown, path: string): unknown {
  const keys = path === '' ? [] : path.split('.')
  return keys.reduce((part, key) => (part as Plain | undefined)?.[key], document)
}
