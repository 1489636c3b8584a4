import { randomBytes } from 'node:crypto'
import type { UnknownPolicy } from '#core/delivery.ts'
import { type DeliveryId, type ShareId, splitDeliveryId } from '#core/ids.ts'
import type { Tracking } from '#core/share.ts'
import type { Channel } from '#ports/channel.ts'
import type { Clock } from '#ports/clock.ts'
import type { Dispatcher } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import type { Metrics } from '#ports/metrics.ts'
import type { Rates } from '#ports/rates.ts'
import type { Spool } from '#ports/spool.ts'
import type { RecipientCap } from '#ports/store/deliveries.ts'
import type { Store } from '#ports/store/store.ts'
import type { Unfurler } from '#ports/unfurler.ts'
import { createAccounts } from './accounts/accounts.ts'
import { createChannels } from './channels.ts'
import { createConnections } from './connections.ts'
import { createConsent } from './consent.ts'
import { createContacts } from './contacts/contacts.ts'
import { createDelivering } from './delivering/delivering.ts'
import type { Engine } from './engine.ts'
import { alertOperator, createHealth } from './health.ts'
import type { Keys } from './keys.ts'
import { measureQueues } from './metrics.ts'
import { createSharing } from './sharing/sharing.ts'
import { createStatusLoop } from './status.ts'
import { createVisiting } from './visiting/visiting.ts'

export interface EngineSettings {
  /** Origins without a trailing slash. */
  readonly baseUrl: string
  readonly linkBaseUrl: string
  /** Mail goes out DKIM-signed, so that One-Click holds where `baseUrl` is https. */
  readonly signsMail: boolean
  readonly defaultRegion: string | undefined
  readonly tracking: Tracking
  readonly unknownPolicy: UnknownPolicy
  readonly undoMs: number
  readonly maxRecipients: number
  /** Null: no cap. */
  readonly cap: RecipientCap | null
  readonly identifyMs: number
  /** Whom to alert, as a recipient is written. */
  readonly operator: string | undefined
}

export interface EngineDeps {
  readonly store: Store
  readonly dispatcher: Dispatcher
  readonly rates: Rates
  readonly channels: readonly Channel[]
  readonly unfurler: Unfurler
  readonly spool: Spool
  readonly keys: Keys
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Puts the use cases together on the ports. Nothing runs until `start`. */
export function createEngine(settings: EngineSettings, deps: EngineDeps): Engine {
  const { store, keys, clock, logger } = deps
  const channels = createChannels(deps.channels)
  const connections = createConnections({
    store,
    channels,
    clock,
    logger,
    alert: (ref, detail) => alertOperator({ ...settings, channels, logger }, ref, detail),
    onUp: () => delivering.ring(),
  })
  const status = createStatusLoop({ store, logger })
  const visiting = createVisiting({
    ...deps,
    visits: store.visits,
    randomBytes,
    tracking: settings.tracking,
    viaOf: (name) => channels.get(name)?.via ?? name,
  })
  const forgetLinks = (share: ShareId): void => visiting.invalidate({ share })
  const delivering = createDelivering(settings, { ...deps, channels, connections, status })
  const sharing = createSharing({
    ...settings,
    ...deps,
    channels,
    connections,
    status,
    ownHosts: [
      ...new Set([settings.baseUrl, settings.linkBaseUrl].map((url) => new URL(url).host)),
    ],
    loopbackLinks: isLoopback(settings.linkBaseUrl),
    ring: () => delivering.ring(),
    forgetLinks,
  })
  measureQueues(deps.metrics, store)

  return {
    sharing,
    status,
    visiting,
    accounts: createAccounts({ store: store.accounts, rates: deps.rates, clock, randomBytes }),
    contacts: createContacts({
      store: store.contacts,
      clock,
      randomBytes,
      context: { defaultRegion: settings.defaultRegion },
    }),
    consent: createConsent({ store, keys, forgetLinks }),
    health: createHealth({ store, channels, connections }),
    outbox: {
      active: channels.all.some((channel) => channel.via === 'outbox'),
      page: (request) => store.outbox.page(request),
      get: async (id) => (splitDeliveryId(id) ? store.outbox.get(id as DeliveryId) : null),
    },
    async start() {
      await connections.refresh()
      await visiting.start()
      status.start()
      await delivering.start()
    },
    async stop(graceMs) {
      await delivering.stop(graceMs)
      await visiting.stop()
      await status.stop()
    },
  }
}

/** Only who sits at this machine can open such links. */
export function isLoopback(origin: string): boolean {
  const { hostname } = new URL(origin)
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
