import { randomBytes } from 'node:crypto'
import { type DeliveryId, type ShareId, splitDeliveryId } from '#core/ids.ts'
import { isLoopback } from '#core/loopback.ts'
import { servesWeb } from '#core/role.ts'
import { createAccounts } from './accounts/accounts.ts'
import { createMails } from './accounts/mails.ts'
import { createNotices } from './accounts/notices.ts'
import { createBackground } from './background.ts'
import { startBots } from './bots.ts'
import { createChannels } from './channels.ts'
import { createConnections } from './connections.ts'
import { createConsent } from './consent.ts'
import { createContacts } from './contacts/contacts.ts'
import { createDelivering } from './delivering/delivering.ts'
import type { EngineDeps, EngineSettings } from './deps.ts'
import type { Engine } from './engine.ts'
import { alertOperator, createHealth } from './health.ts'
import { createLeases } from './leases.ts'
import { createLinking } from './linking/linking.ts'
import { measureQueues } from './metrics.ts'
import { resolveOrStandUp } from './reaching/offering.ts'
import { createReaching } from './reaching/reaching.ts'
import type { SharingDeps } from './sharing/deps.ts'
import { createSharing } from './sharing/sharing.ts'
import { createStatusLoop } from './status.ts'
import { createVisiting } from './visiting/visiting.ts'
import { leftAfter } from './within.ts'

/** What is being read of the store at a stop is not waited for any longer. */
const READING_STOP_MS = 2_000

/** Puts the use cases together on the ports. Nothing runs until `start`. */
export function createEngine(settings: EngineSettings, deps: EngineDeps): Engine {
  const { store, keys, clock, logger } = deps
  const { role } = settings
  const leases = createLeases({ store: store.connections, clock, logger })
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
    resolve: (code) => resolveOrStandUp({ ...deps, status }, code),
    viaOf: (name) => channels.get(name)?.via ?? name,
  })
  const forgetLinks = (share: ShareId): void => visiting.invalidate({ share })
  const delivering = createDelivering(settings, {
    ...deps,
    channels,
    connections,
    status,
    leases,
  })
  const sharingDeps: SharingDeps = {
    ...settings,
    ...deps,
    rates: deps.requestRates,
    channels,
    connections,
    status,
    ownHosts: [
      ...new Set([settings.baseUrl, settings.linkBaseUrl].map((url) => new URL(url).host)),
    ],
    loopbackLinks: [settings.baseUrl, settings.linkBaseUrl].some(isLoopback),
    ring: () => delivering.ring(),
    forgetLinks,
  }
  const sharing = createSharing(sharingDeps)
  measureQueues(deps.metrics, store)
  const background = createBackground({ logger })
  const mails = createMails({ ...settings, ...deps, channels, connections, randomBytes })
  const notices = createNotices({
    ...{ store: store.accounts, rates: deps.requestRates, mails, background, clock },
    baseUrl: settings.baseUrl,
  })
  const linking = createLinking({
    store,
    keys,
    rates: deps.requestRates,
    clock,
    logger,
    randomBytes,
    signUp: settings.signUp,
  })
  linking.subscribe(({ kind, user, account }) => notices.tell(account, { kind, user }))
  let bots: ReturnType<typeof startBots> | undefined

  return {
    sharing,
    status,
    visiting,
    reaching: createReaching({ ...sharingDeps, sharing, onChange: status.ring }),
    accounts: createAccounts({
      store: store.accounts,
      identities: store.identities,
      rates: deps.requestRates,
      mails,
      notices,
      background,
      clock,
      randomBytes,
      signUp: settings.signUp,
      baseUrl: settings.baseUrl,
    }),
    linking,
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
    sink: delivering.sink,
    async start() {
      await connections.start()
      if (servesWeb(role)) await visiting.start()
      status.start()
      await delivering.start()
      bots = startBots(deps.bots(), { role, leases })
    },
    async stop(graceMs) {
      await Promise.all([bots?.stop(), background.stop(graceMs), delivering.stop(graceMs)])
      if (servesWeb(role)) await visiting.stop()
      await leftAfter(READING_STOP_MS, Promise.all([status.stop(), connections.stop()]))
    },
  }
}
