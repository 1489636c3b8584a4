import { randomUUID } from 'node:crypto'
import { type Address, type ConnectionRef, DEFAULT_CONNECTION } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import type { ConnectionId } from '#core/ids.ts'
import type { Rendered, RenderedWapPush } from '#core/message/message.ts'
import { deleteWapPush, renderWapPush } from '#core/message/wap-push.ts'
import type { Channel, SendResult } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { createLine, type LineConfig, type Post } from '../../kannel/line.ts'
import { ALL_REPORTS, reportHook, reportUrl } from '../../kannel/report.ts'
import { segmentEstimate } from '../sms/segment-estimate.ts'
import { senderBucket } from '../sms/sender-bucket.ts'
import { classifyPush, readProbe } from './classify.ts'
import { writePush } from './pap.ts'
import { createRecalled } from './recalled.ts'

export interface WapPushConfig {
  /** `http://…:8080/wappush`. */
  readonly ppgUrl: string
  readonly username: string
  /** Asked before each push, so that a new secret counts at once. */
  readonly password: () => string
  /** The sender that texts by the same Kannel go out from, whose rate pushes share; null: its `global-sender`. */
  readonly from: string | null
  /** Segments a second; null: no limit here. */
  readonly ratePerSecond: number | null
  /** Where Kannel reaches us: an origin, without a trailing slash. */
  readonly callbackUrl: string
  /** Part of the path that it calls. */
  readonly callbackSecret: string
  /** Pushes at once in one process. Default: 16. */
  readonly connections?: number
  readonly timeouts?: Pick<LineConfig, 'connectMs' | 'requestMs'>
}

export interface WapPushDeps {
  readonly logger: Logger
  /** For the time at which an indication says it was made. Default: the system's clock. */
  readonly now?: () => Date
}

const WAP_PUSH: ConnectionRef = { channel: 'wap-push', connection: DEFAULT_CONNECTION }
/** Where the rate of the sender is counted: with the texts by Kannel. */
const SENDER = 'kannel' as ConnectionId
const CONNECTIONS = 16
/** Kannel's gateway cuts what is longer, and says that all is well. */
const MAX_SEGMENTS = 10
/** The WML user agent: the browser of the phone. */
const APPLICATION = 'x-wap-application:wml.ua'

/**
 * WAP Service Indications by a Push Proxy Gateway. Each is named by its delivery, so that another attempt takes its
 * place on the phone and a recall deletes it; reports name the delivery too.
 */
export function createWapPushChannel(config: WapPushConfig, deps: WapPushDeps): Channel {
  const { connections = CONNECTIONS, ratePerSecond } = config
  const now = deps.now ?? (() => new Date())
  const line = createLine({ connections, ...config.timeouts })
  const hookPath = `wap/${config.callbackSecret}/dlr`
  const reports = `${config.callbackUrl}/hooks/${hookPath}`
  const recalled = createRecalled()

  const post = (headers: Post['headers'], body: string): Post => ({
    url: config.ppgUrl,
    headers: {
      Authorization: `Basic ${base64(`${config.username}:${config.password()}`)}`,
      ...headers,
    },
    body,
  })

  /** No header but these: the gateway hands others on to the phone, byte for byte and paid for. */
  const multipart = (push: RenderedWapPush, report: Post['headers']): Post => {
    const boundary = randomUUID()
    const { control, indication } = writePush(push, randomUUID(), now())
    return post(
      {
        'Content-Type': `multipart/related; boundary="${boundary}"; type="application/xml"`,
        'X-WAP-Application-Id': APPLICATION,
        ...report,
      },
      [
        `--${boundary}\r\nContent-Type: application/xml\r\n\r\n${control}`,
        `\r\n--${boundary}\r\nContent-Type: text/vnd.wap.si\r\n\r\n${indication}`,
        `\r\n--${boundary}--\r\n`,
      ].join(''),
    )
  }

  const push = async (it: RenderedWapPush, signal: AbortSignal): Promise<Outcome> => {
    if (it.segments > MAX_SEGMENTS) return tooLarge(it.segments)
    const report = {
      'X-Kannel-DLR-Mask': ALL_REPORTS,
      'X-Kannel-DLR-Url': reportUrl(reports, it.siId),
    }
    return classifyPush(await line.post(() => multipart(it, report), signal))
  }

  return {
    name: 'wap-push',
    via: 'wap-push',
    caps: {
      idempotent: false,
      receipts: true,
      recall: true,
      placement: 'any',
      shared: false,
      concurrency: connections,
    },
    connections: [WAP_PUSH],
    hooks: [reportHook(hookPath, WAP_PUSH, deps.logger)],
    routes: () => [WAP_PUSH.connection],
    buckets: (_address, cost) =>
      ratePerSecond === null
        ? []
        : [senderBucket(SENDER, config.from ?? '', ratePerSecond).taking(cost)],
    render: (message) => renderWapPush(message),
    estimate(rendered) {
      return segmentEstimate(asPush(rendered).segments)
    },
    async send(rendered, { deliveryId, signal }): Promise<SendResult> {
      const it = asPush(rendered)
      const outcome = await push(it, signal)
      if (outcome.kind !== 'accepted') {
        deps.logger.debug({ delivery: deliveryId, outcome }, 'the gateway did not take a push')
      }
      return { outcome, providerIds: [it.siId] }
    },
    async recall([siId], { address }) {
      if (siId === undefined || !recalled.begin(siId)) return 'not-removed'
      const removal = deleteWapPush(address.value, siId)
      const outcome = classifyPush(await line.post(() => multipart(removal, {})))
      if (outcome.kind === 'accepted') return 'removed'
      recalled.forget(siId)
      return 'not-removed'
    },
    probe: async () => readProbe(await line.post(() => post({}, ''))),
    resolve: async (handle: Address) => ({ kind: 'address', address: handle }),
    start: () => line.start(),
    stop: () => line.stop(),
  }
}

function tooLarge(segments: number): Outcome {
  const detail = `${segments} segments, of ${MAX_SEGMENTS} at most`
  return { kind: 'permanent', reason: 'too_large', detail, suppress: false }
}

function asPush(rendered: Rendered): RenderedWapPush {
  if (rendered.channel !== 'wap-push') throw new TypeError('not a WAP push')
  return rendered
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
