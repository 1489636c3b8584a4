import type { ConnectionRef } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import type { ConnectionId } from '#core/ids.ts'
import type { RenderedSms } from '#core/message/message.ts'
import { smsSize } from '#core/message/segments.ts'
import { renderSms } from '#core/message/sms.ts'
import type { Channel, ProbeResult, SendContext, SendResult } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { classifyNetworkFault, networkFaultOf } from '../../network/fault.ts'
import { createRunningSends } from '../sms/running-sends.ts'
import { segmentEstimate } from '../sms/segment-estimate.ts'
import { senderBucket } from '../sms/sender-bucket.ts'
import { readAnswer } from './answer.ts'
import { type Gateway, type SignatureCheck, textsOf } from './gateway.ts'
import { gatewayHooks } from './hooks.ts'
import { requestOf } from './request.ts'
import { fill, namesIn, type Values } from './template.ts'
import { openTransport } from './transport.ts'

export { type Gateway, GatewayFault, readGateway } from './gateway.ts'

export interface SmsHttpConfig {
  /** As `readGateway` read it. */
  readonly gateway: Gateway
  /** What {secret} stands for; asked again for each send, probe and hook. */
  readonly secret: () => string
  /** Segments a second from the sender; null: not limited here. */
  readonly ratePerSecond: number | null
  /** Where the gateway reaches this server: an origin. */
  readonly callbackUrl: string
  readonly callbackSecret: string
  /** By which inbound numbers without + are read. */
  readonly region: string | undefined
}

export interface SmsHttpDeps {
  readonly logger: Logger
}

const CONNECTION = 'http' as ConnectionId
const PROBE_MS = 15_000
const NOT_BEGUN: Outcome = { kind: 'transient', reason: 'retrying', detail: '' }

/** SMS by any gateway that is asked by HTTP, as its operator describes it (gateway.ts). */
export async function createSmsHttpChannel(
  config: SmsHttpConfig,
  deps: SmsHttpDeps,
): Promise<Channel> {
  const ref: ConnectionRef = { channel: 'sms', connection: CONNECTION }
  const { gateway } = config
  const timeoutMs = gateway.timeoutSeconds * 1_000
  const bucket = senderBucket(CONNECTION, gateway.from, config.ratePerSecond)
  const transport = await openTransport({ concurrency: gateway.concurrency, timeoutMs })
  const sends = createRunningSends(() => transport.close())

  const sendOnce = async (rendered: RenderedSms, context: SendContext): Promise<SendResult> => {
    const { deliveryId } = context
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)])
    const ended = (outcome: Outcome, id: string | null = null): SendResult => {
      deps.logger.debug({ delivery: deliveryId, outcome: outcome.kind }, 'a text was sent by HTTP')
      return { outcome, providerIds: [...new Set([deliveryId, ...(id === null ? [] : [id])])] }
    }
    const secret = readSecret(config)
    if (secret === null) return ended({ kind: 'down', detail: NO_SECRET })
    const values = valuesOf(config, secret, rendered, context)
    try {
      const answer = await transport.request(withKey(gateway, values), signal)
      const read = readAnswer(gateway, answer, { bucket: bucket.key, secrets: [secret] })
      return ended(read.outcome, read.id)
    } catch (error) {
      return ended(classifyNetworkFault(networkFaultOf(error)))
    }
  }

  return {
    name: 'sms',
    via: 'sms',
    caps: {
      idempotent: gateway.idempotent || gateway.idempotencyHeader !== undefined,
      receipts: gateway.receipts !== undefined,
      recall: false,
      placement: 'any',
      shared: false,
      concurrency: gateway.concurrency,
    },
    connections: [ref],
    routes: () => [CONNECTION],
    buckets: (_address, cost) => [bucket.taking(cost)],
    render: renderSms,
    estimate(rendered) {
      if (rendered.channel !== 'sms') throw new TypeError('not a text message')
      return segmentEstimate(segmentsOf(gateway, rendered))
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
      const secret = readSecret(config)
      if (secret === null) return { up: false, detail: NO_SECRET }
      if (!gateway.probe) return { up: true }
      const request = requestOf(gateway.probe, bareValues(config, secret))
      try {
        const { status } = await transport.request(request, AbortSignal.timeout(PROBE_MS))
        return status >= 200 && status < 300
          ? { up: true }
          : { up: false, detail: `HTTP ${status}` }
      } catch (error) {
        const outcome = classifyNetworkFault(networkFaultOf(error))
        return { up: false, detail: 'detail' in outcome ? outcome.detail : '' }
      }
    },
    resolve: async (handle) => ({ kind: 'address', address: handle }),
    start: () => sends.start(),
    stop: () => sends.stop(),
    hooks: gatewayHooks(
      gateway,
      { ...config, connection: ref },
      { logger: deps.logger, keyOf: (check) => keyOf(config, check) },
    ),
  }
}

const NO_SECRET = 'SMS_HTTP_SECRET is not set or cannot be read'

/** Null where the description needs one and there is none. */
function readSecret({ gateway, secret }: SmsHttpConfig): string | null {
  const texts = [...textsOf(gateway.send), ...(gateway.probe ? textsOf(gateway.probe) : [])]
  if (!texts.flatMap(namesIn).includes('secret')) return ''
  try {
    return secret() || null
  } catch {
    return null
  }
}

function keyOf(config: SmsHttpConfig, check: SignatureCheck): string {
  const secret = namesIn(check.secret).includes('secret') ? config.secret() : ''
  return fill(check.secret, bareValues(config, secret))
}

function withKey(gateway: Gateway, values: Values) {
  const request = requestOf(gateway.send, values)
  const name = gateway.idempotencyHeader?.toLowerCase()
  return name === undefined
    ? request
    : { ...request, headers: { ...request.headers, [name]: values.id } }
}

/** What the recipient gets and the operator pays for: the signature is in front of it. */
function segmentsOf({ signature }: Gateway, { text, segments }: RenderedSms): number {
  return signature === '' ? segments : smsSize(signature + text).segments
}

function valuesOf(
  config: SmsHttpConfig,
  secret: string,
  rendered: RenderedSms,
  { idempotencyKey, attempt }: SendContext,
): Values {
  const { gateway } = config
  const { to, text } = rendered
  return {
    ...bareValues(config, secret),
    to,
    toDigits: to.replace(/^\+/, ''),
    text,
    id: idempotencyKey,
    attempt: String(attempt),
    segments: String(segmentsOf(gateway, rendered)),
    encoding: gateway.encodings[smsSize(gateway.signature + text).encoding],
  }
}

/** What does not hang on a message. */
function bareValues(
  { gateway, callbackUrl, callbackSecret }: SmsHttpConfig,
  secret: string,
): Values {
  return {
    to: '',
    toDigits: '',
    text: '',
    from: gateway.from,
    id: '',
    attempt: '',
    callbackUrl: `${callbackUrl}/hooks/sms/http/${callbackSecret}/receipt`,
    secret,
    signature: gateway.signature,
    templateId: gateway.templateId,
    segments: '',
    encoding: '',
  }
}
