import type { Account } from '#core/account.ts'
import type { ShareId } from '#core/ids.ts'
import type { Page } from '#ports/store/page.ts'
import type { Store } from '#ports/store/store.ts'
import { dueRequest, endpointKey } from '#test/contracts/store/plans.ts'
import { ATTEMPTS, RECIPIENTS, type Rich } from './rich-store.ts'

/** Everything that a store answers about what was put into it. Two stores that hold the same give the same. */
export async function answersOf(store: Store, rich: Rich): Promise<object> {
  const { ann, bob, shares } = rich
  return {
    accounts: await accountsOf(store, [ann, bob]),
    shares: await eachOf(shares, (id) => shareOf(store, id)),
    senders: await eachOf([ann.id, bob.id], async (id) => ({
      page: await everyPage((cursor) => store.shares.page(id, { limit: 3, cursor })),
      recents: await store.deliveries.recents(id, 500),
      known: [...(await store.deliveries.known(id, rich.endpoints))].sort(),
    })),
    keys: [
      await store.shares.findByKey(ann.id, 'api:many', 'h1'),
      await store.shares.findByKey(bob.id, 'web:form-1', 'h2'),
      await store.shares.findByKey(bob.id, 'api:extend', 'h3'),
      await store.shares.findByKey(bob.id, 'api:extend', 'another'),
      await store.shares.findByKey(ann.id, 'api:extend', 'h3'),
    ],
    due: (await store.deliveries.due(dueRequest({ perLane: RECIPIENTS })))
      .map(({ id, epoch }) => `${id} ${epoch}`)
      .sort(),
    depth: (await store.deliveries.depth()).map(({ channel, due }) => `${channel} ${due}`).sort(),
    lastTo: await eachOf(rich.endpoints.slice(0, 12), (one) => store.deliveries.lastTo(one)),
    consent: await eachOf([...rich.endpoints, ...OTHERS], async (endpoint) => ({
      suppressions: [...(await store.consent.of(endpoint))].sort(byAccount),
      untracked: await store.consent.isUntracked(endpoint),
    })),
    down: await store.connections.down(),
    chats: await chatsOf(store, rich),
    outbox: await everyPage((cursor) => store.outbox.page({ limit: 1, cursor })),
    lastSeq: await store.visits.lastSeq('w'),
    salts: [await store.visits.salt('2026-11-22'), await store.visits.salt('2026-11-23')].map(
      (salt) => [...salt],
    ),
  }
}

const OTHERS = ['stopped@example.org', 'bounced@example.org', 'added@example.org'].map(endpointKey)

function byAccount(a: { account: string | null }, b: { account: string | null }): number {
  return (a.account ?? '') < (b.account ?? '') ? -1 : 1
}

async function accountsOf({ accounts, contacts }: Store, of: readonly Account[]): Promise<object> {
  const names = await accounts.displayNames()
  return {
    count: await accounts.count(),
    operator: await accounts.operator(),
    names: [...names].sort((a, b) => (a.id < b.id ? -1 : 1)),
    each: await eachOf(of, async ({ id, username }) => ({
      account: await accounts.get(id),
      same: await accounts.byUsername(username),
      password: await accounts.passwordHash(id),
      tokens: await accounts.tokens(id),
      sessions: await accounts.sessions(id),
      byMailbox: await accounts.byMailbox('BOB@example.org'),
      contacts: await contacts.list(id),
      notes: await contacts.notes(id),
    })),
    session: await accounts.getSession('session-hash'),
    anonymous: await accounts.getSession('nobody-hash'),
    token: await accounts.useToken('token-hash'),
    ticket: await accounts.peekTicket('ticket-hash', 'reset'),
  }
}

async function chatsOf(
  { identities, people, conversations }: Store,
  { user, bob, keyed }: Rich,
): Promise<object> {
  const place = { platform: user.platform, connection: user.connection }
  return {
    identity: await identities.byUser(user),
    identities: await identities.ofAccount(bob.id),
    attempts: await eachOf(ATTEMPTS, (hash) => identities.attempt(hash)),
    begun: [await identities.attemptOf({ user }), await identities.attemptOf({ account: bob.id })],
    person: await people.get(user),
    byHandle: await people.byHandle(user, 'bob_lee'),
    conversation: await conversations.load(user),
    status: await conversations.ofShare(keyed.id),
    behind: await conversations.behind(place, { limit: 10 }),
  }
}

async function shareOf(
  { shares, deliveries, visits, replies }: Store,
  id: ShareId,
): Promise<object> {
  const all = await deliveries.ofShare(id)
  const counters = await visits.counters(id)
  return {
    share: await shares.get(id),
    deliveries: all,
    links: await eachOf(all, ({ code }) => visits.resolve(code)),
    counters: [...counters].sort((a, b) => (a.delivery < b.delivery ? -1 : 1)),
    stats: await visits.stats(id),
    visits: await everyPage((cursor) => visits.ofShare(id, { limit: 50, cursor })),
    replies: await everyPage((cursor) => replies.ofShare(id, { limit: 1, cursor })),
  }
}

async function everyPage<T>(read: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = []
  let cursor: string | null = null
  do {
    const page: Page<T> = await read(cursor)
    found.push(...page.items)
    cursor = page.cursor
  } while (cursor !== null)
  return found
}

async function eachOf<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = []
  for (const one of all) answers.push(await ask(one))
  return answers
}
