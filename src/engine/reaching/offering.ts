import { randomBytes } from 'node:crypto'
import type { Account } from '#core/account.ts'
import { type Address, DEFAULT_CONNECTION, endpointOf } from '#core/address.ts'
import { WAITING_MS } from '#core/delivery.ts'
import { type Code, isCode, NO_DELIVERY, newCode, newShareId } from '#core/ids.ts'
import { renderCarry } from '#core/message/carry.ts'
import { refusal } from '#core/refusal.ts'
import { textsFor } from '#locales/texts.ts'
import type { PlannedDelivery, SharePlan } from '#ports/store/shares.ts'
import type { Link } from '#ports/store/visits.ts'
import type { AcceptOptions, FrontEnd, Reaching, ShareRequest, ShareView } from '../engine.ts'
import { hashSecret } from '../keys.ts'
import type { SharingDeps } from '../sharing/deps.ts'
import { readNote, readTarget } from '../sharing/request.ts'
import { targetContext } from '../sharing/target-context.ts'
import { sampleMessage } from '../sharing/understand.ts'
import type { ReachingDeps } from './deps.ts'

/** As fast as a person writes an address into a field that asks at each letter. */
const OFFERS = { limit: 120, burst: 60, perMs: 60_000, cost: 1 }
/** Each is kept for as long as it may be followed, most for nothing: a pause in an address makes one. */
const OFFERS_A_DAY = { limit: 300, burst: 300, perMs: 24 * 3_600_000, cost: 1 }

type Offer = Awaited<ReturnType<Reaching['offer']>>

/** The share as it will stand, kept beside its code's hash. Nothing of it is anybody's until then. */
interface Offered
  extends Pick<SharePlan, 'id' | 'account' | 'target' | 'note' | 'tracking' | 'locale'> {
  readonly recipient: string
  readonly frontEnd: FrontEnd
}

/**
 * The code is fixed here, so that what is passed on leads somewhere whatever becomes of it; the token is the code: who
 * has the link has no more by it. Kept for as long as what waits for its recipient.
 */
export async function offer(
  deps: SharingDeps,
  sender: Account,
  request: Pick<ShareRequest, 'url' | 'title' | 'note'>,
  { frontEnd, locale }: AcceptOptions,
): Promise<Offer> {
  await mustBeAllowed(deps, sender)
  const texts = textsFor(locale)
  const { target } = await readTarget({ ...request, recipients: [] }, targetContext(deps, texts))
  const note = readNote(request.note, texts)
  const id = newShareId(deps.clock.now(), randomBytes)
  const code = newCode(id, randomBytes)
  const { tracking } = deps
  const recipient = texts('message.carried')
  const offered: Offered = {
    ...{ id, account: sender.id, target, note, tracking, locale, recipient, frontEnd },
  }
  const subject = JSON.stringify(offered)
  await deps.store.accounts.addTicket(hashSecret(code), 'offer', subject, WAITING_MS)
  const link = `${deps.linkBaseUrl}/r/${code}`
  const sample = sampleMessage(deps, sender, { target, note, locale, tracked: false })
  const message = { ...sample, link, deliveryId: NO_DELIVERY, recipientName: null }
  const { text } = renderCarry({ ...message, address: addressOf(offered) })
  return { token: code, target, text, link }
}

async function mustBeAllowed(
  { rates }: Pick<SharingDeps, 'rates'>,
  sender: Account,
): Promise<void> {
  const { channels } = sender.permissions
  if (channels && !channels.includes('carry'))
    throw refusal('forbidden', 'fault.recipient.channel_not_permitted')
  const taken = await rates.take([
    { key: `offer/${sender.id}`, ...OFFERS },
    { key: `offers-a-day/${sender.id}`, ...OFFERS_A_DAY },
  ])
  if (!taken.ok)
    throw refusal('rate_limited', 'refusal.offers_often', { retryAfterMs: taken.waitMs })
}

/** Null for what is no offer of this sender's. Taken twice, or followed before, it is the same share. */
export async function takeOffer(
  deps: ReachingDeps,
  sender: Account,
  token: string,
): Promise<ShareView | null> {
  if (!isCode(token)) return null
  await standUp(deps, token)
  const link = await deps.store.visits.resolve(token)
  return link?.account === sender.id ? deps.sharing.get(sender, link.share) : null
}

/**
 * Makes the share that was offered under the code, once however many ask for it; true: it stands now. The offer is
 * forgotten afterwards only, so that a crash in between loses nothing.
 */
export async function standUp(
  { store, keys, metrics, status }: Pick<SharingDeps, 'store' | 'keys' | 'metrics' | 'status'>,
  code: Code,
): Promise<boolean> {
  const hash = hashSecret(code)
  const ticket = await store.accounts.peekTicket(hash, 'offer')
  if (!ticket) return false
  // Ours, as it was written above.
  const { frontEnd, recipient, ...offered } = JSON.parse(ticket.subject) as Offered
  const address = addressOf(offered)
  const endpoint = keys.endpoint(endpointOf(address))
  const delivery: PlannedDelivery = {
    ...{ n: 0, code, recipient, name: null, address, endpoint, cost: 1, replaces: null },
    lane: { channel: 'carry', connection: DEFAULT_CONNECTION, account: offered.account },
  }
  const result = await store.shares.accept({
    ...offered,
    due: { inMs: 0 },
    deadlineMs: WAITING_MS,
    expiresAt: null,
    deliveries: [delivery],
    idempotency: { key: `offer:${hash}`, hash, ttlMs: WAITING_MS },
    // Nothing is sent by us.
    quota: null,
  })
  await store.accounts.takeTicket(hash, 'offer')
  if (result.kind === 'accepted') {
    metrics.count('shares', { frontEnd })
    status.ring()
  }
  return true
}

/** What a code leads to, where it is only offered after its share has come to stand. */
export async function resolveOrStandUp(
  deps: Parameters<typeof standUp>[0],
  code: Code,
): Promise<Link | null> {
  const { visits } = deps.store
  return (await visits.resolve(code)) ?? ((await standUp(deps, code)) ? visits.resolve(code) : null)
}

/** Nobody knows whose hands it goes to: it is an address of its own. */
function addressOf({ id }: Pick<Offered, 'id'>): Address {
  return { channel: 'carry', value: id }
}
