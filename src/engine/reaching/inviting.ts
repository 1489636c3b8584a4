import type { Account } from '#core/account.ts'
import type { Address } from '#core/address.ts'
import {
  addressesOfUser,
  addressOfUser,
  type PlatformUser,
  type PlatformUserKey,
} from '#core/identity.ts'
import { refusal } from '#core/refusal.ts'
import { type Delivery, standingOf } from '#core/share.ts'
import type { InvitationAnswer } from '../engine.ts'
import { mustStand, ownDelivery, ownShare } from '../sharing/actions.ts'
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

export async function comeBy(
  deps: ReachingDeps,
  invitation: string,
  user: PlatformUser,
  ask: AskSender,
): Promise<InvitationAnswer> {
  const delivery = await invitedTo(deps, invitation)
  const account = delivery && (await deps.store.accounts.get(delivery.account))
  if (!delivery?.address || !account) return { kind: 'void' }
  const sender = account.displayName
  if (await hasStopped(deps, user)) return { kind: 'stopped', sender }
  if (isWritten(delivery.address, user)) {
    const person = await deps.store.people.get(user)
    return (await releaseTo(deps, delivery.id, person))
      ? { kind: 'sent', sender }
      : { kind: 'void' }
  }
  const taken = await deps.rates.take([{ key: `invitation/${delivery.id}`, ...QUESTIONS }])
  const recipient = delivery.recipient ?? delivery.address.value
  if (taken.ok) ask({ delivery: delivery.id, account: account.id, recipient, came: user })
  return { kind: 'asked', sender }
}

/** The delivery, while it waits and its share stands. */
async function invitedTo(
  { store, keys, clock }: ReachingDeps,
  invitation: string,
): Promise<Delivery | null> {
  const id = keys.readInvitation(invitation)
  const delivery = id ? await store.deliveries.get(id) : null
  if (delivery?.state !== 'waiting') return null
  const share = await store.shares.get(delivery.share)
  return share && standingOf(share, clock.now()) === 'stands' ? delivery : null
}

/** Whether the sender wrote this very user, by id or by the handle that they have now. */
function isWritten(written: Address, user: PlatformUser): boolean {
  return addressesOfUser(user).some(
    ({ channel, value }) => channel === written.channel && value === written.value,
  )
}

/** A no leaves the invitation good for who was meant. */
export async function confirm(
  deps: ReachingDeps,
  sender: Account,
  id: string,
  user: PlatformUserKey,
  yes: boolean,
): Promise<void> {
  const delivery = await ownWaiting(deps, sender, id)
  if (!yes) return
  const person = await deps.store.people.get(user)
  const came = person && addressOfUser(person)?.channel === delivery.lane.channel
  if (!came || !(await releaseTo(deps, delivery.id, person)))
    throw refusal('not_found', 'refusal.nobody_came')
}
