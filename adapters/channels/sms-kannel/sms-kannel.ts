import { setTimeout as sleep } from 'node:timers/promises'
import type { Address, ConnectionRef } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import type { ConnectionId } from '#core/ids.ts'
import type { Rendered, RenderedSms } from '#core/message/message.ts'
import { renderSms } from '#core/message/sms.ts'
import type { Channel, Hook, SendResult } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { type Answer, createLine, type LineConfig, type Post } from '../../kannel/line.ts'
import { readQuery } from '../../kannel/query.ts'
import { ALL_REPORTS, reportHook, reportUrl } from '../../kannel/report.ts'
import { phoneAddress } from '../sms/inbound.ts'
import { segmentEstimate } from '../sms/segment-estimate.ts'
import { classifySendsms, isRefusedLogin, readProbe } from './classify.ts'
import { readInbound } from './inbound.ts'

export interface SmsKannelConfig {
  /** `http://…:13013/cgi-bin/sendsms`. */
  readonly sendsmsUrl: string
  readonly username: string
  /** Asked before each send, so that a new secret counts at once. */
  readonly password: () => string
  /** The sender's number or name; null: Kannel's `global-sender`. */
  readonly from: string | null
  /** Segments a second from the sender's number; null: no limit here. */
  readonly ratePerSecond: number | null
  /** Where Kannel reaches us: an origin, without a trailing slash. */
  readonly callbackUrl: string
  /** Part of the paths that it calls. */
  readonly callbackSecret: string
  /** Reads inbound numbers that are written without `+`. */
  readonly region: string | undefined
  /** Sends at once in one process. Default: 16. */
  readonly connections?: number
  readonly timeouts?: Pick<LineConfig, 'connectMs' | 'requestMs'>
}

export interface SmsKannelDeps {
  readonly logger: Logger
}

const KANNEL: ConnectionRef = { channel: 'sms', connection: 'kannel' as ConnectionId }
const CONNECTIONS = 16
/** A smsbox that starts refuses every login until it has read its users, which it has by then. */
const STARTING_MS = 1_000
/** Kannel's names for GSM 7-bit and UCS-2. */
const CODINGS = { gsm7: '0', ucs2: '2' } as const

/**
 * Text messages by a Kannel's sendsms. It gives no ids: reports name the delivery, by the address that each send has
 * them sent to.
 */
export function createSmsKannelChannel(config: SmsKannelConfig, deps: SmsKannelDeps): Channel {
  const { connections = CONNECTIONS, ratePerSecond } = config
  const line = createLine({ connections, ...config.timeouts })
  const hookPath = `sms/kannel/${config.callbackSecret}`
  const reports = `${config.callbackUrl}/hooks/${hookPath}/dlr`
  const bucket = `sms/${KANNEL.connection}/${config.from ?? 'default'}`

  const post = (headers: Post['headers'], body: string): Post => ({
    url: config.sendsmsUrl,
    headers: {
      'X-Kannel-Username': config.username,
      'X-Kannel-Password': config.password(),
      'Content-Type': 'text/plain; charset=UTF-8',
      ...headers,
    },
    body,
  })

  const message = (sms: RenderedSms, providerId: string): Post =>
    post(
      {
        'X-Kannel-To': sms.to,
        ...(config.from === null ? {} : { 'X-Kannel-From': config.from }),
        'X-Kannel-Coding': CODINGS[sms.encoding],
        'X-Kannel-DLR-Mask': ALL_REPORTS,
        'X-Kannel-DLR-Url': reportUrl(reports, providerId),
      },
      sms.text,
    )

  const probe = (signal?: AbortSignal): Promise<Answer> => line.post(() => post({}, ''), signal)

  /** Takes our login for refused where it is so twice: all other sends would wait for a probe then. */
  const send = async (sms: RenderedSms, id: string, signal: AbortSignal): Promise<Outcome> => {
    const answer = await line.post(() => message(sms, id), signal)
    if (!isRefusedLogin(answer)) return classifySendsms(answer)
    await sleep(STARTING_MS, undefined, { signal }).catch(() => undefined)
    if (isRefusedLogin(await probe(signal))) return classifySendsms(answer)
    return { kind: 'transient', reason: 'retrying', detail: 'the login was refused, once' }
  }

  return {
    name: 'sms',
    via: 'sms',
    caps: {
      idempotent: false,
      receipts: true,
      recall: false,
      placement: 'any',
      shared: false,
      concurrency: connections,
    },
    connections: [KANNEL],
    hooks: [
      reportHook(`${hookPath}/dlr`, KANNEL, deps.logger),
      inboundHook(`${hookPath}/mo`, config.region, deps.logger),
    ],
    routes: () => [KANNEL.connection],
    buckets: (_address, cost) =>
      ratePerSecond === null ? [] : [{ key: bucket, limit: ratePerSecond, perMs: 1_000, cost }],
    render: (message) => renderSms(message),
    estimate(rendered) {
      return segmentEstimate(asSms(rendered).segments)
    },
    async send(rendered, { deliveryId, signal }): Promise<SendResult> {
      const sms = asSms(rendered)
      const outcome = await send(sms, deliveryId, signal)
      if (outcome.kind !== 'accepted') {
        deps.logger.debug({ delivery: deliveryId, outcome }, 'Kannel did not take a text')
      }
      return { outcome, providerIds: [deliveryId] }
    },
    recall: async () => 'not-removed',
    probe: async () => readProbe(await probe()),
    resolve: async (handle: Address) => ({ kind: 'address', address: handle }),
    start: () => line.start(),
    stop: () => line.stop(),
  }
}

/** Takes what phones send: Kannel's `get-url`, with {@link INBOUND_QUERY}. */
function inboundHook(path: string, region: string | undefined, logger: Logger): Hook {
  return {
    method: 'GET',
    path,
    async handle({ search }, sink) {
      const inbound = readInbound(readQuery(search))
      if (!inbound) {
        logger.warn({ connection: KANNEL.connection }, 'an inbound text without sender or text')
        return { status: 400, body: 'from or text is missing' }
      }
      const { text, inboundId } = inbound
      const from = phoneAddress(inbound.from, region)
      if (!from) {
        logger.info({ connection: KANNEL.connection, inboundId }, 'a text that no number sent')
      } else {
        await sink.reply({ connection: KANNEL, from, text, inboundId })
      }
      // Kannel would send any other answer to the phone.
      return { status: 200, body: '' }
    },
  }
}

function asSms(rendered: Rendered): RenderedSms {
  if (rendered.channel !== 'sms') throw new TypeError('not a text message')
  return rendered
}
