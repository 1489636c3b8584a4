import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LoadResult } from '#test/bench/redirect/load.ts'
import { type PlantedLinks, plantLinks, storedVisits } from '#test/bench/redirect/planted-links.ts'
import { startLoad } from '#test/fixtures/load.ts'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'

const CONNECTIONS = 32
const KILLS = 5
/** Each kill comes so many redirects later in its load than the one before. */
const REDIRECTS = 100

let server: ServerUnderTest
let links: PlantedLinks

beforeEach(async () => {
  server = await createServerUnderTest({ TRUSTED_PROXIES: '127.0.0.0/8' })
  links = await plantLinks(server.dataDir, 5, 40)
})
afterEach(() => server.dispose())

async function loadUntil(
  signal: NodeJS.Signals,
  redirects: number,
  afterMs: number,
): Promise<LoadResult> {
  await server.start()
  const load = startLoad(server.baseUrl, { connections: CONNECTIONS, paths: links.paths })
  await load.untilAnswered(redirects, afterMs)
  await server.end(signal)
  return load.result
}

describe('visits under load', () => {
  test('killed again and again: what was answered is stored, and counters agree with events', async () => {
    let answered = 0
    for (let kill = 1; kill <= KILLS; kill++) {
      const result = await loadUntil('SIGKILL', kill * REDIRECTS, 750 + 150 * kill)
      expect(result.otherStatus).toBe(0)
      answered += result.answered
    }
    const stored = await storedVisits(server.dataDir, links.shares)
    console.log(`${KILLS} × kill -9: ${answered} answered, ${stored.counted} stored`)
    expect(stored.counted).toBeGreaterThanOrEqual(answered)
    expect(stored.counted - answered).toBeLessThanOrEqual(KILLS * CONNECTIONS)
    expect(stored).toEqual({
      counted: stored.counted,
      listed: stored.counted,
      inStats: stored.counted,
    })
  }, 300_000)

  test('asked to stop: what was answered is stored, to the very visit', async () => {
    const { answered, otherStatus } = await loadUntil('SIGTERM', 2 * REDIRECTS, 1_500)
    expect(otherStatus).toBe(0)
    const stored = await storedVisits(server.dataDir, links.shares)
    console.log(`SIGTERM: ${answered} answered, ${stored.counted} stored`)
    expect(stored).toEqual({ counted: answered, listed: answered, inStats: answered })
  }, 300_000)
})
