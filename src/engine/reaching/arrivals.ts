import { createHash } from 'node:crypto'
import type { Address } from '#core/address.ts'
import type { DeliveryState } from '#core/delivery.ts'
import { addressOfUser, type Place, type PlatformUserKey, placeKey } from '#core/identity.ts'
import { type Arrival, type Delivery, standingOf } from '#core/share.ts'
import type { InvitationQuestion } from '../engine.ts'
import type { ReachingDeps } from './deps.ts'

/** Names who came in a button or a form, where an id may have no room: 8 of `A-Za-z0-9_-`. */
export function refOf(user: PlatformUserKey): string {
  const address = addressOfUser(user)
  return address ? refOfAddress(address) : ''
}

/** The same for where a delivery went since. */
function refOfAddress({ channel, value }: Address): string {
  return createHash('sha256').update(`${channel} ${value}`).digest('base64url').slice(0, 8)
}

/** Of those who came nobody has said yet whether they are who was meant. */
export function openArrivals({ arrivals }: Pick<Delivery, 'arrivals'>): readonly Arrival[] {
  return arrivals.filter(({ refused }) => !refused)
}

const ON_ITS_WAY: readonly DeliveryState[] = [
  'queued',
  'scheduled',
  'sending',
  'accepted',
  'delivered',
  'unknown',
]

/** Whether it left its wait for who is named so. */
export function wentTo({ state, address }: Delivery, ref: string): boolean {
  return address !== null && refOfAddress(address) === ref && ON_ITS_WAY.includes(state)
}

export function questionAbout(
  { id, account, recipient, address }: Delivery,
  { user }: Arrival,
): InvitationQuestion {
  const written = recipient ?? address?.value ?? ''
  return { delivery: id, account, recipient: written, came: user, ref: refOf(user) }
}

/** What senders have not been asked at a place: of shares that stand. */
export async function unasked(
  { store, clock }: Pick<ReachingDeps, 'store' | 'clock'>,
  place: Place,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly questions: readonly InvitationQuestion[]; readonly next: string | null }> {
  const { deliveries, next } = await store.deliveries.unasked(place, page)
  const shares = await Promise.all(deliveries.map(({ share }) => store.shares.get(share)))
  const standing = deliveries.filter((_, at) => {
    const share = shares[at]
    return share && standingOf(share, clock.now()) === 'stands'
  })
  return { questions: standing.flatMap((one) => questionsAt(one, place)), next }
}

function questionsAt(delivery: Delivery, place: Place): readonly InvitationQuestion[] {
  return openArrivals(delivery)
    .filter(({ asked }) => !asked.includes(placeKey(place)))
    .map((arrival) => questionAbout(delivery, arrival))
}
