import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { POLL_MS } from '#test/fixtures/polling-bot.ts'

/** A platform that is polled by one bot, and refuses two polls at once with 409, as Telegram does. */
export interface PollServer {
  readonly url: string
  /** Who began a poll, in order. */
  readonly polls: readonly { readonly by: string; readonly at: number }[]
  /** Who was refused, because another's poll was open. */
  readonly refused: readonly string[]
  close(): Promise<void>
}

/** Keeps each poll open for `POLL_MS`, whether its client is still there or frozen. */
export async function startPollServer(): Promise<PollServer> {
  const polls: { by: string; at: number }[] = []
  const refused: string[] = []
  let open = 0
  const server = createServer(async (req, res) => {
    const by = (req.url ?? '').slice(1)
    polls.push({ by, at: performance.now() })
    if (open > 0) refused.push(by)
    open++
    const over = new AbortController()
    // A client that ends its poll itself frees the bot; one that only stops reading does not.
    res.once('close', () => over.abort())
    await sleep(open > 1 ? 0 : POLL_MS, undefined, { signal: over.signal }).catch(() => undefined)
    open--
    res.writeHead(open > 0 ? 409 : 200).end('[]')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    polls,
    refused,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
