import { type ConnectionRef, DEFAULT_CONNECTION } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import type { ConnectionId } from '#core/ids.ts'
import { mailIdentity, renderEmail } from '#core/message/email.ts'
import type { Channel, ProbeResult, SendContext, SendResult } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { bounceHook } from './bounce-hook.ts'
import { classifySmtpError, type SmtpFailure } from './classify.ts'
import { createLine } from './line.ts'
import { type DkimConfig, SendFailure, type Timeouts, type TransportConfig } from './transport.ts'

export interface EmailConfig {
  /** `smtp://user:password@host:587` or `smtps://…`; asked again for each send and probe. */
  readonly smtpUrl: () => string
  readonly from: { readonly name: string | null; readonly address: string }
  readonly dkim: DkimConfig | null
  /** Where mail that cannot be delivered is returned to; `from` where it is left out. */
  readonly returnPath?: string | null
  /** Returned mail is taken at `email/<secret>/bounce`; without it nowhere. */
  readonly callbackSecret?: string | null
  readonly connection?: ConnectionId
  /** Connections to the server at once; 5. */
  readonly connections?: number
  /** Messages a second that the server takes; not limited where it is left out. */
  readonly ratePerSecond?: number
  readonly tls?: TransportConfig['tls']
  readonly timeouts?: Partial<Timeouts>
  /** A send takes no longer, whatever the server does; without it the caller's signal decides alone. */
  readonly sendTimeoutMs?: number
}

export interface EmailDeps {
  readonly logger: Logger
}

const CONNECTIONS = 5
/** So that no connection waits while the outcome of its last mail is written down. */
const SENDS_PER_CONNECTION = 4
/** Together 65 s: below the lease of 90 s, with room to settle. */
const TIMEOUTS: Timeouts = { dns: 10_000, connect: 15_000, greeting: 15_000, silence: 25_000 }

/** Mail over SMTP: pooled connections, TLS, DKIM. What a server answers becomes an outcome (classify.ts). */
export function createEmailChannel(config: EmailConfig, deps: EmailDeps): Channel {
  const { from, connection = DEFAULT_CONNECTION, connections = CONNECTIONS } = config
  const ref: ConnectionRef = { channel: 'email', connection }
  const rate = config.ratePerSecond
  const bucket = rate === undefined ? null : `email/${connection}`
  const identity = mailIdentity(from, config.dkim !== null)
  const line = createLine({
    smtpUrl: config.smtpUrl,
    dkim: config.dkim,
    returnPath: config.returnPath ?? null,
    connections,
    ...(config.tls ? { tls: config.tls } : {}),
    timeouts: { ...TIMEOUTS, ...config.timeouts },
  })
  const limited = ({ signal }: SendContext): AbortSignal =>
    config.sendTimeoutMs === undefined
      ? signal
      : AbortSignal.any([signal, AbortSignal.timeout(config.sendTimeoutMs)])

  const outcomeOf = (error: unknown, deliveryId: string): Outcome => {
    const { whole, failure } = failureOf(error)
    const outcome = classifySmtpError(failure, { whole, bucket })
    const { code, command } = failure
    deps.logger.debug({ delivery: deliveryId, outcome: outcome.kind, code, command }, 'mail failed')
    return outcome
  }

  return {
    name: 'email',
    via: 'email',
    caps: {
      idempotent: false,
      receipts: Boolean(config.callbackSecret),
      recall: false,
      placement: 'any',
      shared: false,
      concurrency: connections * SENDS_PER_CONNECTION,
    },
    connections: [ref],
    hooks: config.callbackSecret ? [bounceHook(config.callbackSecret, ref, deps.logger)] : [],
    routes: () => [connection],
    buckets: (_address, cost) =>
      bucket === null || rate === undefined
        ? []
        : [{ key: bucket, limit: rate, perMs: 1_000, cost }],
    render: (message) => renderEmail(message, identity),
    estimate: () => ({ cost: 1 }),
    async send(rendered, context: SendContext): Promise<SendResult> {
      if (rendered.channel !== 'email') throw new TypeError('not a mail')
      try {
        const sent = await line.send(rendered, limited(context))
        return { outcome: { kind: 'accepted' }, providerIds: sent.ids }
      } catch (error) {
        return { outcome: outcomeOf(error, context.deliveryId), providerIds: [rendered.messageId] }
      }
    },
    recall: async () => 'not-removed',
    async probe(): Promise<ProbeResult> {
      try {
        await line.verify()
        return { up: true }
      } catch (error) {
        const outcome = classifySmtpError(failureOf(error).failure, { whole: false, bucket: null })
        return { up: false, detail: 'detail' in outcome ? outcome.detail : '' }
      }
    },
    resolve: async (handle) => ({ kind: 'address', address: handle }),
    start: () => line.start(),
    stop: () => line.stop(),
  }
}

function failureOf(error: unknown): { readonly whole: boolean; readonly failure: SmtpFailure } {
  const cause = error instanceof SendFailure ? error.cause : error
  return {
    whole: error instanceof SendFailure && error.whole,
    failure: cause instanceof Error ? (cause as SmtpFailure) : {},
  }
}
