import type { Address } from '#core/address.ts'
import type { ShareId } from '#core/ids.ts'
import { DEFAULT_LOCALE, localeOf } from '#core/locale.ts'
import type { Delivery } from '#core/share.ts'
import type { Store } from '#ports/store/store.ts'
import type { Consent, ConsentChoice, ConsentView } from './engine.ts'
import type { Keys } from './keys.ts'

interface ConsentDeps {
  readonly store: Store
  readonly keys: Keys
  /** What is known of the delivery's link in this process is out of date. */
  forgetLinks(share: ShareId): void
}

/** What recipients choose about what they get. The token in their own message is all that is asked. */
export function createConsent(deps: ConsentDeps): Consent {
  const { store } = deps

  async function deliveryOf(token: string): Promise<Delivery | null> {
    const id = deps.keys.readStopToken(token)
    return id ? store.deliveries.get(id) : null
  }

  async function view(delivery: Delivery): Promise<ConsentView> {
    const [sender, share, suppressions, untracked] = await Promise.all([
      store.accounts.get(delivery.account),
      store.shares.get(delivery.share),
      store.consent.of(delivery.endpoint),
      store.consent.isUntracked(delivery.endpoint),
    ])
    const stops = suppressions.filter((entry) => entry.kind === 'stop')
    const bySender = stops.some((entry) => entry.account === delivery.account)
    const byAll = stops.some((entry) => entry.account === null)
    return {
      senderName: sender?.displayName ?? 'Passalong',
      sender: delivery.account,
      address: delivery.address && maskAddress(delivery.address),
      channel: delivery.lane.channel,
      stopped: byAll ? 'all' : bySender ? 'sender' : 'no',
      untracked,
      locale: localeOf(share?.locale ?? '') ?? DEFAULT_LOCALE,
    }
  }

  return {
    async view(token) {
      const delivery = await deliveryOf(token)
      return delivery && view(delivery)
    },
    async choose(token, choice) {
      const delivery = await deliveryOf(token)
      if (!delivery) return null
      await apply(store, delivery, choice)
      deps.forgetLinks(delivery.share)
      return view(delivery)
    },
  }
}

/** In an order that leaves no moment in which more may be sent than before and after. */
async function apply(store: Store, delivery: Delivery, choice: ConsentChoice): Promise<void> {
  const { endpoint, account } = delivery
  switch (choice) {
    case 'stop-all':
      return store.consent.suppress(endpoint, null, 'stop', null)
    case 'stop-sender':
      await store.consent.suppress(endpoint, account, 'stop', null)
      return store.consent.lift(endpoint, null, 'stop')
    case 'resume':
      await store.consent.lift(endpoint, null, 'stop')
      return store.consent.lift(endpoint, account, 'stop')
    case 'untrack':
    case 'track':
      return store.consent.setUntracked(endpoint, choice === 'untrack')
    default:
      return choice satisfies never
  }
}

/** Enough to know one's own address by, too little to learn it: `b…@example.org`, `+86…000`. */
function maskAddress({ channel, value }: Address): string {
  if (channel === 'email') return `${[...value][0] ?? ''}…${value.slice(value.lastIndexOf('@'))}`
  if (channel === 'sms' || channel === 'wap-push') return `${value.slice(0, 3)}…${value.slice(-3)}`
  return `${[...value].slice(0, 2).join('')}…`
}
