import { AsyncLocalStorage } from 'node:async_hooks'
import { Agent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import type TwilioSdk from 'twilio'
import { networkFaultOf, whileConnecting } from '../../network/fault.ts'
import type { TwilioFailure } from './classify.ts'

export interface LineConfig {
  /** `AC…` */
  readonly accountSid: string
  /** Asked again for each request. */
  readonly authToken: () => string
  /** Another API root, without a trailing slash. */
  readonly apiUrl?: string | undefined
  /** Of one request, in ms. */
  readonly timeoutMs: number
  readonly concurrency: number
}

export interface OutgoingText {
  readonly to: string
  readonly body: string
  readonly sender: { readonly from: string } | { readonly messagingServiceSid: string }
  readonly statusCallback: string | null
}

/** What Twilio made of a text that it took. */
export interface Taken {
  readonly sid: string
  /** Twilio may know at once that it failed. */
  readonly failed: boolean
  readonly errorCode: number | null
}

/** The way to Twilio. Everything but `isSigned` throws a LineFailure. */
export interface Line {
  send(text: OutgoingText, signal: AbortSignal): Promise<Taken>
  /** Throws where the account is not active. */
  verify(signal: AbortSignal): Promise<void>
  /** Whether the call of a hook is Twilio's. Throws where the token cannot be read. */
  isSigned(call: SignedCall): boolean
  /** Ends its connections; a later request opens new ones. */
  close(): void
}

export interface SignedCall {
  readonly signature: string
  /** As Twilio called it. */
  readonly url: string
  readonly parameters: Readonly<Record<string, string | readonly string[]>>
}

/** A request that came to nothing, as classify.ts judges it. */
export class LineFailure extends Error {
  readonly failure: TwilioFailure | { readonly ours: string }

  constructor(failure: LineFailure['failure'], cause?: unknown) {
    super('the request to Twilio failed', { cause })
    this.name = 'LineFailure'
    this.failure = failure
  }
}

const MAX_ANSWER = 1024 * 1024
const FAILED = new Set(['failed', 'undelivered', 'canceled'])

/** Loads the SDK, which takes 0.4 s and 21 MB: only where Twilio is configured. */
export async function openLine(config: LineConfig): Promise<Line> {
  const { default: sdk } = await import('twilio')
  const signals = new AsyncLocalStorage<AbortSignal>()
  const { httpClient, agent } = createHttp(sdk, config, signals)

  const request = async <T>(
    signal: AbortSignal,
    call: (client: TwilioSdk.Twilio) => Promise<T>,
  ): Promise<T> => {
    const { accountSid } = config
    if (!accountSid.startsWith('AC')) throw new LineFailure({ ours: 'the account SID is none' })
    // Nothing of the environment but what this product's settings say: no edge, no region.
    const options = { httpClient, accountSid, edge: '', region: '' }
    const client = sdk(accountSid, readToken(config), options)
    if (config.apiUrl !== undefined) client.api.baseUrl = config.apiUrl
    try {
      return await signals.run(signal, () => call(client))
    } catch (error) {
      throw new LineFailure(failureOf(error), error)
    }
  }

  return {
    async send(text, signal) {
      const message = await request(signal, (client) =>
        client.messages.create({
          to: text.to,
          body: text.body,
          ...text.sender,
          ...(text.statusCallback === null ? {} : { statusCallback: text.statusCallback }),
        }),
      )
      const { sid, status, errorCode } = message
      if (typeof sid !== 'string' || sid === '') throw new LineFailure({ network: {} })
      return {
        sid,
        failed: FAILED.has(status),
        errorCode: Number.isInteger(errorCode) ? errorCode : null,
      }
    },
    async verify(signal) {
      const { status } = await request(signal, (client) =>
        client.api.v2010.accounts(config.accountSid).fetch(),
      )
      if (status !== 'active') throw new LineFailure({ ours: `the account is ${status}` })
    },
    isSigned: ({ signature, url, parameters }) =>
      sdk.validateRequest(readToken(config), signature, url, { ...parameters }),
    close() {
      agent.destroy()
      httpClient.axios.defaults.httpsAgent?.destroy()
    },
  }
}

/**
 * The SDK's own HTTP client, bounded: one try, one time-out, and the signal of the send, which the SDK has no
 * parameter for, by way of the asynchronous context.
 */
function createHttp(
  sdk: typeof TwilioSdk,
  { timeoutMs, concurrency }: LineConfig,
  signals: AsyncLocalStorage<AbortSignal>,
) {
  const httpClient = new sdk.RequestClient({
    timeout: timeoutMs,
    autoRetry: false,
    maxSockets: concurrency,
  })
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency, timeout: timeoutMs })
  httpClient.axios.defaults.httpAgent = agent
  watchHandshakes(httpClient.axios.defaults.httpsAgent)
  httpClient.axios.defaults.maxContentLength = MAX_ANSWER
  httpClient.axios.interceptors.request.use((config) => {
    const signal = signals.getStore()
    if (signal) config.signal = signal
    return config
  })
  return { httpClient, agent }
}

/** A TLS fault before the connection stood is told from a later one. */
function watchHandshakes(agent: unknown): void {
  if (!(agent instanceof SecureAgent)) return
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, done) => {
    const socket = connect(options, done)
    socket?.once('error', whileConnecting)
    socket?.once('secureConnect', () => socket.off('error', whileConnecting))
    return socket
  }
}

/** An empty token would sign and be signed by anybody. */
function readToken({ authToken }: LineConfig): string {
  let token = ''
  try {
    token = authToken()
  } catch (cause) {
    throw new LineFailure({ ours: 'the auth token could not be read' }, cause)
  }
  if (token === '') throw new LineFailure({ ours: 'the auth token is empty' })
  return token
}

/** The SDK throws what Twilio answered with its status and code, and what the network did as an AxiosError. */
function failureOf(error: unknown): TwilioFailure {
  if (error instanceof Error && !('isAxiosError' in error) && 'status' in error) {
    const { status, message } = error
    const code = 'code' in error ? error.code : undefined
    if (typeof status === 'number') {
      return {
        status,
        ...(typeof code === 'number' ? { code } : {}),
        ...(typeof message === 'string' ? { message } : {}),
      }
    }
  }
  return { network: networkFaultOf(error) }
}
