import type { Account } from '#core/account.ts'
import type { Address } from '#core/address.ts'
import { addressesOfUser, isSameUser, type PlatformUser } from '#core/identity.ts'
import { refusal } from '#core/refusal.ts'
import { type Delivery, standingOf } from '#core/share.ts'
import type { InvitationAnswer } from '../engine.ts'
import { mustStand, ownDelivery, ownShare } from '../sharing/actions.ts'
import { openArrivals, questionAbout, refOf, wentTo } from './arrivals.ts'
import type { AskSender, ReachingDeps } from './deps.ts'
import { hasStopped } from './meeting.ts'
import { releaseTo } from './release.ts'

/** Strangers who come by one invitation trouble its sender no more often: it may have been passed around. */
const QUESTIONS = { limit: 5, burst: 5, perMs: 24 * 3_600_000, cost: 1 }

/** Nothing is stored: whoever comes by it finds the delivery waiting, or no longer. */
export async function invite(deps: ReachingDeps, sender: Account, id: string): Promise<string> {
  const delivery = await ownWaiting(deps, sender, id)
  return deps.keys.invitation(delivery.id)
}

/** The sender's own delivery, while it waits for its recipient. */
export async function ownWaiting(
  deps: ReachingDeps,
  sender: Account,
  id: string,
): Promise<Delivery> {
  const delivery = await ownDelivery(deps, sender, id)
  mustStand(await ownShare(deps, sender, delivery.share), deps.clock.now())
  if (delivery.state !== 'waiting') throw refusal('wrong_state', 'refusal.waits_no_longer')
  return delivery
}

const VOID: InvitationAnswer = { kind: 'void' }

export async function comeBy(
  deps: ReachingDeps,
  invitation: string,
  user: PlatformUser,
  ask: AskSender,
): Promise<InvitationAnswer> {
  const delivery = await invitedTo(deps, invitation)
  const account = delivery && (await deps.store.accounts.get(delivery.account))
  const isElsewhere = user.platform !== delivery?.lane.channel
  if (!delivery?.address || !account || isElsewhere) return VOID
  const sender = account.displayName
  if (delivery.state !== 'waiting') {
    return wentTo(delivery, refOf(user)) ? { kind: 'before', sender } : VOID
  }
  const isMeant = isWritten(delivery.address, user)
  if (!isMeant && (await actsFor(deps, user, account))) return { kind: 'own' }
  if (await hasStopped(deps, user)) return { kind: 'stopped', sender }
  if (isMeant) return (await releaseToUser(deps, delivery, user)) ? { kind: 'sent', sender } : VOID
  return (await askAbout(deps, delivery, user, ask)) ? { kind: 'asked', sender } : VOID
}

async function actsFor(
  { store }: ReachingDeps,
  user: PlatformUser,
  { id }: Account,
): Promise<boolean> {
  return (await store.identities.byUser(user))?.account === id
}

/** False: it waits no longer, or they cannot be written to. */
async function releaseToUser(
  deps: ReachingDeps,
  { id }: Delivery,
  user: PlatformUser,
): Promise<boolean> {
  return (await releaseTo(deps, id, await deps.store.people.get(user))) !== null
}

/**
 * Kept beside the delivery before anybody hears of it, so that the sender is asked whatever happens then. False: it
 * waits no longer, or the sender has said that they are not who was meant.
 */
async function askAbout(
  deps: ReachingDeps,
  delivery: Delivery,
  user: PlatformUser,
  ask: AskSender,
): Promise<boolean> {
  const known = delivery.arrivals.find((one) => isSameUser(one.user, user))
  if (known) return !known.refused
  const taken = await deps.rates.take([{ key: `invitation/${delivery.id}`, ...QUESTIONS }])
  if (!taken.ok) return true
  const noted = await deps.store.deliveries.noteArrival(delivery.id, { kind: 'came', user })
  if (!noted) return false
  deps.onChange()
  const arrival = openArrivals(noted).find((one) => isSameUser(one.user, user))
  if (arrival) ask(questionAbout(noted, arrival))
  return true
}

/** The delivery, while its share stands. */
async function invitedTo(
  { store, keys, clock }: ReachingDeps,
  invitation: string,
): Promise<Delivery | null> {
  const id = keys.readInvitation(invitation)
  const delivery = id ? await store.deliveries.get(id) : null
  if (!delivery) return null
  const share = await store.shares.get(delivery.share)
  return share && standingOf(share, clock.now()) === 'stands' ? delivery : null
}

/** Whether the sender wrote this very user, by id or by the handle that they have now. */
function isWritten(written: Address, user: PlatformUser): boolean {
  return addressesOfUser(user).some(
    ({ channel, value }) => channel === written.channel && value === written.value,
  )
}
