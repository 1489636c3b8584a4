import type { ConnectionRef } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import type { ConnectionId } from '#core/ids.ts'
import { isLoopback } from '#core/loopback.ts'
import type { RenderedSms } from '#core/message/message.ts'
import { renderSms } from '#core/message/sms.ts'
import type { Channel, ProbeResult, SendContext, SendResult } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { createRunningSends } from '../sms/running-sends.ts'
import { segmentEstimate } from '../sms/segment-estimate.ts'
import { senderBucket } from '../sms/sender-bucket.ts'
import { classifyTwilioCode, classifyTwilioFailure, type TwilioContext } from './classify.ts'
import { statusCallback, twilioHooks } from './hooks.ts'
import { type LineConfig, LineFailure, type OutgoingText, openLine } from './line.ts'

export interface SmsTwilioConfig {
  /** `AC…` */
  readonly accountSid: string
  /** Asked again for each send, probe and hook. */
  readonly authToken: () => string
  /** A number, a name or a short code; or a messaging service, `MG…`. */
  readonly from: string
  /** Another API root than Twilio's, without a trailing slash. */
  readonly apiUrl?: string | undefined
  /** Segments a second from the sender; null: not limited here. */
  readonly ratePerSecond: number | null
  /** Where Twilio reaches this server: an origin, as written in Twilio's console. */
  readonly callbackUrl: string
  readonly callbackSecret: string
  /** By which inbound numbers without + are read. */
  readonly region: string | undefined
  /** Of one request, in ms; 25,000. */
  readonly timeoutMs?: number
}

export interface SmsTwilioDeps {
  readonly logger: Logger
}

const CONNECTION = 'twilio' as ConnectionId
/** One request and no second try: far below the lease of 90 s. */
const TIMEOUT_MS = 25_000
const PROBE_MS = 15_000
const CONCURRENCY = 20
const NOT_BEGUN: Outcome = { kind: 'transient', reason: 'retrying', detail: '' }

/** SMS by Twilio's SDK. What comes back is asked for by a callback that carries the delivery's id (hooks.ts). */
export async function createSmsTwilioChannel(
  config: SmsTwilioConfig,
  deps: SmsTwilioDeps,
): Promise<Channel> {
  const ref: ConnectionRef = { channel: 'sms', connection: CONNECTION }
  const { from, timeoutMs = TIMEOUT_MS } = config
  const bucket = senderBucket(CONNECTION, from, config.ratePerSecond)
  const line = await openLine({ ...lineConfig(config), timeoutMs, concurrency: CONCURRENCY })
  const sends = createRunningSends(() => line.close())
  const hookConfig = { ...config, connection: ref }
  // Twilio refuses a callback that leads nowhere (21609); without one there are no receipts.
  const reports = !isLoopback(config.callbackUrl)

  const outgoing = ({ to, text }: RenderedSms, deliveryId: string): OutgoingText => ({
    to,
    body: text,
    sender: /^MG[0-9a-f]{32}$/i.test(from) ? { messagingServiceSid: from } : { from },
    statusCallback: reports ? statusCallback(hookConfig, deliveryId) : null,
  })

  const outcomeOf = (error: unknown, context: TwilioContext): Outcome => {
    if (!(error instanceof LineFailure)) throw error
    const { failure } = error
    return 'ours' in failure
      ? { kind: 'down', detail: failure.ours }
      : classifyTwilioFailure(failure, context)
  }

  const sendOnce = async (rendered: RenderedSms, context: SendContext): Promise<SendResult> => {
    const { deliveryId, attempt } = context
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)])
    try {
      const taken = await line.send(outgoing(rendered, deliveryId), signal)
      const outcome: Outcome = taken.failed
        ? classifyTwilioCode(taken.errorCode, { bucket: bucket.key, attempt })
        : { kind: 'accepted' }
      return { outcome, providerIds: [deliveryId, taken.sid] }
    } catch (error) {
      const outcome = outcomeOf(error, { bucket: bucket.key, attempt })
      deps.logger.debug({ delivery: deliveryId, outcome: outcome.kind }, 'a text failed')
      return { outcome, providerIds: [deliveryId] }
    }
  }

  return {
    name: 'sms',
    via: 'sms',
    caps: {
      idempotent: false,
      receipts: reports,
      recall: false,
      placement: 'any',
      shared: false,
      concurrency: CONCURRENCY,
    },
    connections: [ref],
    routes: () => [CONNECTION],
    buckets: (_address, cost) => [bucket.taking(cost)],
    render: renderSms,
    estimate(rendered) {
      if (rendered.channel !== 'sms') throw new TypeError('not a text message')
      return segmentEstimate(rendered.segments)
    },
    async send(rendered, context) {
      if (rendered.channel !== 'sms') throw new TypeError('not a text message')
      if (sends.stopped || context.signal.aborted) {
        return { outcome: NOT_BEGUN, providerIds: [context.deliveryId] }
      }
      return sends.run(() => sendOnce(rendered, context))
    },
    recall: async () => 'not-removed',
    async probe(): Promise<ProbeResult> {
      try {
        await line.verify(AbortSignal.timeout(PROBE_MS))
        return { up: true }
      } catch (error) {
        const outcome = outcomeOf(error, { bucket: bucket.key, attempt: 1 })
        return { up: false, detail: 'detail' in outcome ? outcome.detail : '' }
      }
    },
    resolve: async (handle) => ({ kind: 'address', address: handle }),
    start: () => sends.start(),
    stop: () => sends.stop(),
    hooks: twilioHooks(hookConfig, { logger: deps.logger, isSigned: line.isSigned }),
  }
}

function lineConfig({
  accountSid,
  authToken,
  apiUrl,
}: SmsTwilioConfig): Pick<LineConfig, 'accountSid' | 'authToken' | 'apiUrl'> {
  return { accountSid, authToken, apiUrl: apiUrl?.replace(/\/+$/, '') }
}
