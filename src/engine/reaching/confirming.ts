import type { Account } from '#core/account.ts'
import { refusal } from '#core/refusal.ts'
import type { Arrival, Delivery } from '#core/share.ts'
import type { Confirmed } from '../engine.ts'
import { mustStand, ownDelivery, ownShare } from '../sharing/actions.ts'
import { refOf, wentTo } from './arrivals.ts'
import type { ReachingDeps } from './deps.ts'
import { releaseTo } from './release.ts'

/** The sender's answer, as they were asked. */
interface SenderAnswer {
  /** Who came (`refOf`). */
  readonly ref: string
  readonly yes: boolean
}

/** The first answer counts, wherever it is given. A no leaves the invitation good for who was meant. */
export async function confirm(
  deps: ReachingDeps,
  sender: Account,
  id: string,
  said: SenderAnswer,
): Promise<Confirmed> {
  const delivery = await ownDelivery(deps, sender, id)
  const arrival = delivery.arrivals.find(({ user }) => refOf(user) === said.ref)
  if (!arrival) return answeredBefore(delivery, said)
  if (arrival.refused) return said.yes ? 'answered' : 'refused'
  mustStand(await ownShare(deps, sender, delivery.share), deps.clock.now())
  const done = said.yes
    ? await release(deps, delivery, arrival)
    : await refuse(deps, delivery, arrival)
  return done ?? answeredBefore(await ownDelivery(deps, sender, id), said)
}

/** Null: it waits no longer. */
async function release(
  deps: ReachingDeps,
  { id }: Delivery,
  { user }: Arrival,
): Promise<Confirmed | null> {
  const person = await deps.store.people.get(user)
  if (await releaseTo(deps, id, person)) return 'sent'
  if (!person?.reach) throw refusal('not_found', 'refusal.cannot_be_reached')
  return null
}

/** Null: it waits no longer. */
async function refuse(
  { store, onChange }: ReachingDeps,
  { id }: Delivery,
  { user }: Arrival,
): Promise<Confirmed | null> {
  const noted = await store.deliveries.noteArrival(id, { kind: 'refused', user })
  onChange()
  return noted && 'refused'
}

/** Who came is not known beside it any more: the delivery itself says whom it went to. */
function answeredBefore(delivery: Delivery, { ref, yes }: SenderAnswer): Confirmed {
  if (delivery.state === 'waiting') throw refusal('not_found', 'refusal.nobody_came')
  return yes && wentTo(delivery, ref) ? 'sent' : 'answered'
}
