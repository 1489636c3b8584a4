import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet } from '#test/fixtures/fleet.ts'

/** Between two tries. */
export const AGAIN_MS = 100

/** Asks until it is answered, whatever is broken meanwhile. Throws only where the request itself is refused. */
export async function askUntilAnswered<T>(
  fleet: Fleet,
  path: string,
  over: AbortSignal,
): Promise<T> {
  for (;;) {
    const answer = await fleet.api('GET', path).catch(() => undefined)
    const body = await answer?.text().catch(() => undefined)
    if (answer?.ok && body !== undefined) return JSON.parse(body)
    if (answer && !answer.ok && answer.status < 500) throw new Error(`${path}: ${body}`)
    await sleep(AGAIN_MS, undefined, { signal: over })
  }
}
