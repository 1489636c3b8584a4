import { PassThrough } from 'node:stream'
import { PassalongError } from '#core/errors.ts'
import type { AccountId, ShareId } from '#core/ids.ts'
import type { PageContext, PageRouter } from './context.ts'
import type { WebDeps } from './deps.ts'

const HEARTBEAT_MS = 20_000
/** How long a browser waits before it connects again. */
const RETRY_MS = 3_000
const STREAMS_PER_ACCOUNT = 20
/** A reader that takes nothing is let go once so much waits for it. */
const MAX_WAITING = 16 * 1024

export interface EventStreams {
  add(router: PageRouter): void
  /** Ends every stream; browsers connect again, to whatever serves then. */
  close(): void
}

/**
 * `GET /shares/:id/events`: one event for each new status revision of a share, its number as id and data. The
 * first comes at once where the reader (`Last-Event-ID`) does not have it yet. Pages draw themselves again from
 * the store; the stream carries nothing else.
 */
export function createEventStreams(deps: WebDeps): EventStreams {
  const open = new Map<AccountId, Set<PassThrough>>()
  let closing = false

  function admit(account: AccountId, ctx: PageContext): PassThrough {
    const streams = open.get(account) ?? new Set()
    if (closing) {
      throw new PassalongError('unavailable', ctx.state.texts('http.problem.unavailable'))
    }
    if (streams.size >= STREAMS_PER_ACCOUNT) {
      throw new PassalongError('rate_limited', ctx.state.texts('http.detail.streams'), {
        retryAfterMs: RETRY_MS,
      })
    }
    const stream = new PassThrough()
    open.set(account, streams.add(stream))
    stream.once('close', () => {
      streams.delete(stream)
      if (streams.size === 0 && open.get(account) === streams) open.delete(account)
    })
    return stream
  }

  async function serve(ctx: PageContext): Promise<void> {
    const { account } = ctx.state
    if (!account)
      throw new PassalongError('unauthenticated', ctx.state.texts('http.problem.unauthenticated'))
    const id = ctx.params.id ?? ''
    const stream = admit(account.id, ctx)
    try {
      await follow(stream, id as ShareId, ctx.get('last-event-id'), () =>
        deps.engine.sharing.get(account, id),
      )
    } catch (error) {
      stream.destroy()
      throw error
    }
    ctx.set('Cache-Control', 'no-store, no-transform')
    ctx.set('X-Accel-Buffering', 'no')
    ctx.body = stream
    ctx.set('Content-Type', 'text/event-stream; charset=utf-8')
  }

  /** Subscribes first and reads the share afterwards, so that no change falls between. */
  async function follow(
    stream: PassThrough,
    id: ShareId,
    seen: string,
    read: () => Promise<{ revision: number }>,
  ): Promise<void> {
    let told = -1
    const tell = (revision: number) => {
      if (revision <= told) return
      told = revision
      write(stream, `id: ${revision}\nevent: status\ndata: ${revision}\n\n`)
    }
    const unsubscribe = deps.engine.status.subscribe((change) => {
      if (change.share === id) tell(change.revision)
    })
    const heartbeat = setInterval(
      () => write(stream, ': \n\n'),
      deps.settings.heartbeatMs ?? HEARTBEAT_MS,
    )
    heartbeat.unref()
    stream.once('close', () => {
      unsubscribe()
      clearInterval(heartbeat)
    })
    write(stream, `retry: ${RETRY_MS}\n\n`)
    const { revision } = await read()
    if (seen === String(revision)) told = Math.max(told, revision)
    tell(revision)
  }

  return {
    add(router) {
      router.get('/shares/:id/events', serve)
    },
    close() {
      closing = true
      for (const streams of open.values()) for (const stream of streams) stream.end()
    },
  }
}

function write(stream: PassThrough, text: string): void {
  if (stream.writableEnded || stream.destroyed) return
  if (stream.writableLength + stream.readableLength > MAX_WAITING) stream.destroy()
  else stream.write(text)
}
