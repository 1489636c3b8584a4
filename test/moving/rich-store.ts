import type { Account } from '#core/account.ts'
import type { Address } from '#core/address.ts'
import type { ReceiptVerdict, Settlement } from '#core/delivery.ts'
import type { PlatformUser } from '#core/identity.ts'
import {
  type ConnectionId,
  type ContactId,
  type DeliveryId,
  deliveryId,
  type EndpointKey,
  type Instant,
  type ShareId,
  splitDeliveryId,
} from '#core/ids.ts'
import type { Receipt } from '#ports/channel.ts'
import type { SharePlan } from '#ports/store/shares.ts'
import type { Store } from '#ports/store/store.ts'
import type { Visit } from '#ports/store/visits.ts'
import {
  claimed,
  DAY,
  endpointKey,
  extendPlan,
  HOUR,
  newAccount,
  retryIn,
  settlement,
  settleNow,
  sharePlan,
} from '#test/contracts/store/plans.ts'
import { owing, someReply } from '#test/contracts/store/replies.ts'
import { someUser } from '#test/contracts/store/users.ts'
import { aVisit } from '#test/fixtures/visits.ts'

export const QUOTA = { messagesPerDay: 200, newEndpointsPerDay: 200 }
export const RECIPIENTS = 150
/** Over three full parts of a list, and some. */
export const VISITS = 230
export const LATE_RECEIPT = receiptOf('nobody/yet', 'delivered')

/** What was put into a rich store, as far as tests ask for it. */
export interface Rich {
  readonly ann: Account
  readonly bob: Account
  readonly shares: readonly ShareId[]
  /** Of the share of many states, by number. */
  readonly many: SharePlan
  readonly keyed: SharePlan
  readonly interrupted: DeliveryId
  readonly waiting: { readonly id: DeliveryId; readonly address: Address }
  readonly visited: readonly DeliveryId[]
  readonly endpoints: readonly EndpointKey[]
  /** What the log still holds, unmerged. */
  readonly lastSeq: number
  /** Who acts for Bob. */
  readonly user: PlatformUser
}

export function receiptOf(providerId: string, state: ReceiptVerdict['state']): Receipt {
  return {
    connection: { channel: 'email', connection: 'default' as never },
    providerId,
    verdict: { state, reason: null, detail: null },
  }
}

/** Some of everything that a store can keep, made through its ports alone. */
export async function enrich(store: Store): Promise<Rich> {
  const [ann, bob] = await people(store)
  const many = await shareOfManyStates(store, ann)
  const keyed = await otherShares(store, bob)
  const visited = [0, 1, 2].map((n) => deliveryId(many.id, n))
  const lastSeq = await visits(store, visited)
  await consent(store, ann)
  await replies(store, visited[0])
  const user = await chats(store, bob, keyed.id)
  await store.connections.pause({ channel: 'email', connection: 'other' as never }, 'bad password')
  await store.connections.hold('a-lease', 'somebody', HOUR)
  await store.deliveries.receipt(LATE_RECEIPT)
  await store.shares.revise(5)
  const shares = await sharesOf(store, [ann, bob])
  return {
    ann,
    bob,
    shares,
    many,
    keyed,
    interrupted: deliveryId(many.id, INTERRUPTED),
    waiting: {
      id: deliveryId(many.id, WAITING),
      address: many.deliveries[WAITING]?.address as Address,
    },
    visited,
    endpoints: many.deliveries.map(({ endpoint }) => endpoint),
    lastSeq,
    user,
  }
}

async function people({ accounts, contacts }: Store): Promise<[Account, Account]> {
  const ann = await accounts.create(newAccount({ username: 'ann', role: 'operator' }), {
    first: true,
  })
  const bob = await accounts.create(
    newAccount({
      username: 'bob',
      email: 'bob@example.org',
      emailVerifiedAt: 5 as Instant,
      locale: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      permissions: { channels: ['email'], messagesPerDay: 7, newEndpointsPerDay: 3 },
      passwordHash: '$argon2id$…',
    }),
  )
  if (typeof ann === 'string' || typeof bob === 'string') throw new Error('not made')
  await accounts.putSession('session-hash', bob.id, '{"a":1}', HOUR, 'Firefox, Linux')
  await accounts.putSession('nobody-hash', null, '{}', HOUR)
  await accounts.addToken({ id: 't1', account: bob.id, name: 'CI 李' }, 'token-hash')
  await accounts.addToken({ id: 't2', account: bob.id, name: 'unused' }, 'other-hash')
  await accounts.useToken('token-hash')
  await accounts.addTicket('ticket-hash', 'reset', bob.id, HOUR)
  const person = {
    id: 'contact-1' as ContactId,
    account: bob.id,
    kind: 'person',
    name: 'Mum Ünal',
    addresses: ['mum@example.org', 'wap:+8613800138000'],
    use: 'all',
    members: [],
  } as const
  await contacts.put(person)
  const members = ['Mum Ünal', 'x@example.org']
  await contacts.put({
    ...person,
    id: 'contact-2' as ContactId,
    kind: 'group',
    name: 'family',
    addresses: [],
    use: 'first',
    members,
  })
  await contacts.setNotes(bob.id, ['look', '看看'])
  return [ann, bob]
}

const WAITING = 10
const INTERRUPTED = 11
const OUTCOMES: Readonly<Record<number, Settlement>> = {
  3: settlement({ state: 'failed', reason: 'refused', detail: '550 no such user' }),
  4: retryIn(HOUR),
  5: settlement({ state: 'unknown', reason: 'outcome_unknown', unknowns: 1 }),
  6: settlement({ state: 'suppressed', reason: 'suppressed' }),
  [WAITING]: settlement({ state: 'waiting', reason: 'not_reachable', dueInMs: 14 * DAY }),
}

/** Of the first twelve each came to something else; the others still wait for their turn. */
async function shareOfManyStates(store: Store, { id }: Account): Promise<SharePlan> {
  const to = Array.from({ length: RECIPIENTS }, (_, n) => ({
    value: `person-${n}@example.org`,
    name: n % 2 === 0 ? `Person ${n}` : null,
  }))
  const many = sharePlan({
    account: id,
    to,
    note: 'look at this 看',
    idempotency: { key: 'api:many', hash: 'h1', ttlMs: DAY },
    quota: QUOTA,
  })
  await store.shares.accept(many)
  for (let n = 0; n < INTERRUPTED; n++) {
    const { lease } = await claimed(store, deliveryId(many.id, n), { leaseMs: HOUR })
    const providerIds = n === 7 ? [] : [`p-${n}`, `q/${n}`]
    const reach = n === 8 ? { chat: '4711' } : null
    await settleNow(store, lease, OUTCOMES[n] ?? settlement(), { providerIds, reach })
  }
  await store.deliveries.receipt(receiptOf('p-1', 'delivered'))
  await store.deliveries.move(deliveryId(many.id, 9), {
    from: ['accepted'],
    to: 'recalled',
    reason: null,
    recall: true,
    dueInMs: null,
  })
  await invited(store, deliveryId(many.id, WAITING))
  await claimed(store, deliveryId(many.id, INTERRUPTED), { leaseMs: HOUR })
  await store.outbox.keep(deliveryId(many.id, 0), RENDERED, 'http://localhost/r/a')
  await store.outbox.keep(deliveryId(many.id, 2), RENDERED, 'http://localhost/r/b')
  return many
}

/** Some came by its invitation: one whom the sender was asked about, and one who was refused. */
async function invited({ deliveries }: Store, id: DeliveryId): Promise<void> {
  const [asked, refused] = [someUser({ handle: 'eve' }), someUser()]
  for (const user of [asked, refused]) await deliveries.noteArrival(id, { kind: 'came', user })
  await deliveries.noteArrival(id, { kind: 'asked', user: asked, at: asked })
  await deliveries.noteArrival(id, { kind: 'refused', user: refused })
}

const RENDERED = { channel: 'carry', to: 'bob', text: 'hello 李' } as never

async function otherShares(store: Store, { id }: Account): Promise<SharePlan> {
  const key = { key: 'web:form-1', hash: 'h2', ttlMs: DAY }
  const keyed = sharePlan({ account: id, to: [{}, {}], idempotency: key, tracking: 'counts' })
  await store.shares.accept(keyed)
  await store.shares.extend(
    extendPlan(keyed.id, id, [{ value: 'added@example.org' }], {
      idempotency: { key: 'api:extend', hash: 'h3', ttlMs: DAY },
    }),
  )
  const at = (Date.now() + DAY) as Instant
  const later = sharePlan({ account: id, due: { at }, expiresAt: (at + DAY) as Instant })
  const phone = sharePlan({
    account: id,
    to: [{ channel: 'sms', value: '+8613800138000' }],
    target: { kind: 'phone', url: 'tel:+8610,,5', number: '+8610', title: null } as never,
  })
  const cancelled = sharePlan({ account: id, to: [{}, {}] })
  const recalled = sharePlan({ account: id })
  for (const plan of [later, phone, cancelled, recalled]) await store.shares.accept(plan)
  await store.shares.mark(cancelled.id, 'cancelled')
  await store.shares.mark(recalled.id, 'recalled')
  const old = sharePlan({ account: id })
  await store.shares.accept(old)
  const { lease } = await claimed(store, deliveryId(old.id, 0))
  await settleNow(store, lease, settlement({ state: 'failed', reason: 'refused' }))
  return keyed
}

/** What is merged, what is taken back, what waits in the log. */
async function visits(
  store: Store,
  [first, second, third]: readonly DeliveryId[],
): Promise<number> {
  if (!first || !second || !third) throw new Error('three deliveries are visited')
  const begun = Date.now() - DAY
  const at = (ms: number): Instant => (begun + ms) as Instant
  const many = Array.from({ length: VISITS }, (_, i): Visit => {
    const kind = (['human', 'preview', 'human', 'scanner', 'own'] as const)[i % 5] ?? 'human'
    const why = i % 7 === 0 ? 'doubtful' : 'browser'
    const agent = i % 3 === 0 ? 'Firefox, Linux, desktop' : 'Safari, iOS, mobile'
    const visitor = `visitor-${i % 11}`
    return aVisit({ delivery: i % 2 ? first : second, at: at(i), class: kind, why, agent, visitor })
  })
  const taken = aVisit({ delivery: third, at: at(500), visitor: 'scanner' })
  const untracked = aVisit({ delivery: third, at: at(600), tracked: false, visitor: '', agent: '' })
  const batches = [
    ...[0, 1, 2, 3, 4].map((i) => many.slice(i * 46, (i + 1) * 46)),
    [taken, untracked],
  ]
  let seq = 0
  for (const own of batches) {
    await store.visits.append([{ writer: 'w', seq: ++seq, visits: own, reclassed: [] }])
    await store.visits.fold(10)
  }
  const reclassed = [{ visit: taken, to: 'scanner' as const }]
  await store.visits.append([{ writer: 'w', seq: ++seq, visits: [], reclassed }])
  await store.visits.fold(10)
  await store.visits.salt('2026-11-22')
  await store.visits.salt('2026-11-23')
  const late = aVisit({ delivery: first, at: at(10_000), visitor: 'late' })
  await store.visits.append([{ writer: 'w', seq: ++seq, visits: [late], reclassed: [] }])
  return seq
}

async function consent({ consent: wishes }: Store, { id }: Account): Promise<void> {
  await wishes.suppress(endpointKey('stopped@example.org'), null, 'stop', null)
  await wishes.suppress(endpointKey('stopped@example.org'), id, 'stop', null)
  await wishes.suppress(endpointKey('person-20@example.org'), id, 'stop', null)
  await wishes.suppress(endpointKey('bounced@example.org'), null, 'bounce', DAY)
  await wishes.setUntracked(endpointKey('person-2@example.org'), true)
}

export const REPLY = someReply({ text: 'thank you 谢谢' })

/** Of a share with an answer that is held, of nobody with one that is owed, with one that is done, and blanked. */
async function replies({ replies: use }: Store, delivery: DeliveryId | undefined): Promise<void> {
  const share = delivery && splitDeliveryId(delivery)?.share
  if (!delivery || !share) throw new Error('one delivery is replied to')
  const old = someReply({ share, delivery })
  await use.keep(old, null)
  await use.purge(-1_000, 10)
  for (const [kind, means] of [
    ['stop', 'stop'],
    ['help', 'help'],
  ] as const) {
    await use.keep(someReply({ means }), owing(kind, `key/${kind}`))
  }
  const [held] = await use.claim({ channel: 'sms', limit: 1, leaseMs: HOUR })
  if (held) await use.settle(held.lease, { kind: 'done' })
  await use.keep(
    { ...REPLY, share, delivery },
    {
      ...owing('forward', 'f'),
      channel: 'email',
      budget: { key: 'forward/1', limits: [{ most: 5, withinMs: HOUR }] },
    },
  )
  await use.claim({ channel: 'email', limit: 1, leaseMs: HOUR })
}

export const ATTEMPTS = ['attempt-1', 'attempt-2'] as const

/** A user who is linked, one who came by, what both talk about, and links that are being made. */
async function chats(store: Store, { id }: Account, share: ShareId): Promise<PlatformUser> {
  const { identities, people: met, conversations } = store
  const user = someUser({ handle: 'Bob_Lee' })
  await identities.link(user, id, null)
  await met.meet(user, { chat: '7' })
  await met.meet(someUser({ platform: 'slack', connection: 'T1' as ConnectionId }))
  const [chat, page] = ATTEMPTS
  await identities.begin({ hash: chat, begun: 'chat', user, movesFrom: id }, HOUR)
  await identities.begin({ hash: page, begun: 'page', account: id }, HOUR)
  await identities.meet(page, { user, movesFrom: null, pinHash: 'pin' })
  await identities.countTry(page, 5)
  await conversations.save(user, '{"draft":"看"}', 0)
  await conversations.save(user, '{"draft":"看看"}', 1)
  await conversations.follow({
    share,
    account: id,
    user: { platform: user.platform, connection: user.connection, id: user.id },
    chat: { id: '-100 x', kind: 'group' },
    audience: 'everybody',
    message: '17',
    locale: 'zh-CN',
    shown: 1,
  })
  return user
}

async function sharesOf({ shares }: Store, of: readonly Account[]): Promise<readonly ShareId[]> {
  const found: ShareId[] = []
  for (const { id } of of) {
    const { items } = await shares.page(id, { limit: 100, cursor: null })
    found.push(...items.map(({ share }) => share.id))
  }
  return found
}
