import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#ports/logger.ts'
import { loadCodec, type Pdu } from './codec.ts'
import type { TlsTrust } from './connect.ts'
import { BindRefused, openSession, type Session, type Timeouts } from './session.ts'
import { Misconfigured, readSmppUrl } from './settings.ts'
import { classifyBind, classifyUnreachable, type Unbound } from './status.ts'

export interface LineConfig {
  /** `smpp://user:password@host:port` or `smpps://…`; asked again for each session. */
  readonly url: () => string
  readonly timeouts: Timeouts
  readonly backoff: Backoff
  readonly tls?: TlsTrust | undefined
  readonly onRequest: (pdu: Pdu, session: Session) => Promise<number>
}

/** How long to wait before the next bind, from the first failure on, doubled each time. */
export interface Backoff {
  readonly firstMs: number
  readonly longestMs: number
}

/** The one session with the SMSC: bound when it is needed or asked for, and again whenever it was lost. */
export interface Line {
  /** From here on a session is kept up, whether anything is sent or not. */
  open(): void
  /** The session, which may come to stand meanwhile. Throws {@link NotBound}, or the signal's reason. */
  session(signal: AbortSignal): Promise<Session>
  /**
   * Whether the session stands, or can be made to now; throws {@link NotBound}. Where none is kept (another process
   * may keep one), it takes leave again.
   */
  probe(): Promise<void>
  /** Takes leave; nothing is bound until it is opened again. */
  close(): Promise<void>
}

/** There is no session, and this is what that means for a send. */
export class NotBound extends Error {
  readonly outcome: Unbound

  constructor(outcome: Unbound) {
    super(outcome.detail)
    this.outcome = outcome
  }
}

/** A send waits so long for the next bind; beyond it is told to come again. */
const SHORT_WAIT_MS = 2_000
/** A session that lived so long was a good one: backing off begins anew after it. */
const GOOD_MS = 10_000

/** How long closing waits for a bind under way; one that comes to stand later takes leave by itself. */
const BIND_ENDS_MS = 1_000

interface Bound {
  /** The settings that it was made with. */
  readonly url: string
  readonly session: Session
}

/** The last bind that failed, and when the next may be tried by itself. */
interface Failure {
  readonly url: string
  readonly outcome: Unbound
  readonly nextAt: number
}

export function createLine(config: LineConfig, { logger }: { readonly logger: Logger }): Line {
  let kept = false
  let closed = false
  let bound: Bound | undefined
  let binding: Promise<Session> | undefined
  let failure: Failure | undefined
  let failures = 0
  let timer: NodeJS.Timeout | undefined

  const readUrl = (): string => {
    try {
      return config.url()
    } catch {
      throw notBound('down', 'SMPP_URL could not be read')
    }
  }

  /** With jitter, so that many clients of an SMSC do not come back together. */
  const backoffMs = (): number => {
    const { firstMs, longestMs } = config.backoff
    return (
      Math.min(firstMs * 2 ** Math.max(0, failures - 1), longestMs) * (0.8 + 0.4 * Math.random())
    )
  }

  const failed = (url: string, outcome: Unbound): void => {
    failures++
    const wait = outcome.kind === 'down' ? config.backoff.longestMs : backoffMs()
    failure = { url, outcome, nextAt: performance.now() + wait }
    logger.warn(
      { outcome: outcome.kind, detail: outcome.detail, waitMs: Math.round(wait) },
      'no SMPP session',
    )
    bindLater(wait)
  }

  const bindLater = (wait: number): void => {
    clearTimeout(timer)
    if (kept && !closed) timer = setTimeout(() => void bind().catch(() => {}), wait).unref()
  }

  const lost = (url: string, session: Session, since: number, reason: string): void => {
    if (bound?.session !== session) return
    bound = undefined
    if (closed) return
    if (performance.now() - since > GOOD_MS) failures = 0
    failed(url, { kind: 'transient', reason: 'retrying', detail: reason })
  }

  const bindNow = async (): Promise<Session> => {
    const url = readUrl()
    try {
      const session = await openSession({
        ...config,
        settings: readSmppUrl(url),
        codec: await loadCodec(),
      })
      const old = bound
      bound = { url, session }
      failure = undefined
      const since = performance.now()
      void session.ended.then((reason) => lost(url, session, since, reason))
      void old?.session.unbind()
      logger.info({}, 'SMPP session bound')
      return session
    } catch (error) {
      const outcome = meaningOf(error)
      failed(url, outcome)
      throw new NotBound(outcome)
    }
  }

  /** One at a time, whoever asks. */
  const bind = (): Promise<Session> => {
    clearTimeout(timer)
    binding ??= bindNow().finally(() => {
      binding = undefined
      if (closed) void bound?.session.unbind()
    })
    return binding
  }

  const standing = (url: string): Session | undefined =>
    bound?.url === url && bound.session.isUp() ? bound.session : undefined

  /** A bind that failed lately is not tried at once for each send. */
  const waitForTurn = async (url: string, signal: AbortSignal): Promise<void> => {
    if (binding || failure?.url !== url) return
    const wait = failure.nextAt - performance.now()
    if (wait <= 0) return
    if (failure.outcome.kind === 'down' || wait > SHORT_WAIT_MS)
      throw new NotBound(comeAgain(failure.outcome, wait))
    await sleep(wait, undefined, { signal })
  }

  return {
    open() {
      kept = true
      closed = false
      void bind().catch(() => {})
    },
    async session(signal) {
      if (closed) throw notBound('transient', 'the channel was stopped')
      const url = readUrl()
      const session = standing(url)
      if (session) return session
      await waitForTurn(url, signal)
      return standing(url) ?? withSignal(bind(), signal)
    },
    async probe() {
      const session = standing(readUrl())
      if (session) return session.enquire().catch(async () => void (await bind()))
      const tried = await bind()
      if (!kept) await tried.unbind()
    },
    async close() {
      closed = true
      kept = false
      clearTimeout(timer)
      const end = new AbortController()
      const late = sleep(BIND_ENDS_MS, undefined, { signal: end.signal })
      await Promise.race([binding, late]).catch(() => {})
      end.abort()
      await bound?.session.unbind()
      bound = undefined
      failure = undefined
      failures = 0
    },
  }
}

function notBound(kind: Unbound['kind'], detail: string): NotBound {
  return new NotBound(kind === 'down' ? { kind, detail } : { kind, reason: 'retrying', detail })
}

function comeAgain(outcome: Unbound, waitMs: number): Unbound {
  return outcome.kind === 'down' ? outcome : { ...outcome, retryAfterMs: Math.ceil(waitMs) }
}

function meaningOf(error: unknown): Unbound {
  if (error instanceof BindRefused) return classifyBind(error.status)
  if (error instanceof Misconfigured) return { kind: 'down', detail: error.message }
  const { code, message } = error as NodeJS.ErrnoException
  return classifyUnreachable(code ?? message)
}

/** The work goes on though nobody waits for it any more. */
async function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  work.catch(() => {})
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
