import { type Address, endpointOf } from '#core/address.ts'
import { BOUNCE_MS } from '#core/delivery.ts'
import {
  addressesOfUser,
  addressOfUser,
  type PlatformUser,
  type PlatformUserKey,
} from '#core/identity.ts'
import type { EndpointKey } from '#core/ids.ts'
import type { Delivery } from '#core/share.ts'
import type { Reach } from '#ports/channel.ts'
import type { WaitingShare } from '../engine.ts'
import type { ReachingDeps } from './deps.ts'
import { releaseTo } from './release.ts'

/** What one person is sent at a time of all that waits for them. */
const MOST_SHOWN = 100

/** Notes who came. Whoever can be written to again has taken back a block, never a stop. */
export async function met(
  { store, keys }: ReachingDeps,
  user: PlatformUser,
  reach: Reach | null,
): Promise<void> {
  const before = await store.people.get(user)
  await store.people.meet(user, reach)
  const endpoint = endpointOfUser(keys, user)
  if (!endpoint) return
  if (reach) await liftBounce(store.consent, endpoint)
  else if (before?.reach) await store.consent.suppress(endpoint, null, 'bounce', BOUNCE_MS)
}

/** Reads first: people come often, and have blocked us seldom. */
async function liftBounce(
  consent: ReachingDeps['store']['consent'],
  endpoint: EndpointKey,
): Promise<void> {
  const standing = await consent.of(endpoint)
  if (standing.some(({ kind, account }) => kind === 'bounce' && account === null)) {
    await consent.lift(endpoint, null, 'bounce')
  }
}

export async function waitingFor(
  deps: ReachingDeps,
  user: PlatformUser,
  limit: number,
): Promise<readonly WaitingShare[]> {
  const waiting = await waitingOf(deps, user, limit)
  return Promise.all(waiting.map((delivery) => describe(deps, delivery)))
}

/** The oldest first, written to their id or to the handle that they have. None for who has stopped. */
async function waitingOf(
  deps: ReachingDeps,
  user: PlatformUser,
  limit: number,
): Promise<readonly Delivery[]> {
  if (await hasStopped(deps, user)) return []
  const { deliveries } = deps.store
  const found = await Promise.all(
    addressesOfUser(user).map((address) => deliveries.waiting(address, limit)),
  )
  // Ids sort by the time of their share.
  return found
    .flat()
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, limit)
}

async function describe({ store }: ReachingDeps, delivery: Delivery): Promise<WaitingShare> {
  const [share, sender] = await Promise.all([
    store.shares.get(delivery.share),
    store.accounts.get(delivery.account),
  ])
  const { title = '', url = '' } = share?.target ?? {}
  return { delivery: delivery.id, sender: sender?.displayName ?? '', title: title || url }
}

export async function show(deps: ReachingDeps, user: PlatformUser): Promise<number> {
  const [person, waiting] = await Promise.all([
    deps.store.people.get(user),
    waitingOf(deps, user, MOST_SHOWN),
  ])
  const released = await Promise.all(waiting.map(({ id }) => releaseTo(deps, id, person)))
  return released.filter((delivery) => delivery !== null).length
}

/** For all senders, as the recipient's own word is (design, Consent). */
export async function choose(
  { store, keys }: ReachingDeps,
  user: PlatformUserKey,
  choice: 'stop' | 'resume',
): Promise<void> {
  const endpoint = endpointOfUser(keys, user)
  if (!endpoint) return
  if (choice === 'stop') await store.consent.suppress(endpoint, null, 'stop', null)
  else await store.consent.lift(endpoint, 'all', 'stop')
}

export async function hasStopped(
  { store, keys }: Pick<ReachingDeps, 'store' | 'keys'>,
  user: PlatformUserKey,
): Promise<boolean> {
  const endpoint = endpointOfUser(keys, user)
  const standing = endpoint ? await store.consent.of(endpoint) : []
  return standing.some(({ kind, account }) => kind === 'stop' && account === null)
}

function endpointOfUser(
  keys: ReachingDeps['keys'],
  user: PlatformUserKey,
): EndpointKey | undefined {
  const address: Address | null = addressOfUser(user)
  return address ? keys.endpoint(endpointOf(address)) : undefined
}
