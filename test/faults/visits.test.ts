import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LoadPlan, LoadResult } from '#test/bench/redirect/load.ts'
import { type PlantedLinks, plantLinks, storedVisits } from '#test/bench/redirect/planted-links.ts'
import { browserAgents, clientAddresses } from '#test/bench/redirect/visitors.ts'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'

const LOAD = fileURLToPath(new URL('../bench/redirect/load.ts', import.meta.url))
const CONNECTIONS = 32
const KILLS = 5

let server: ServerUnderTest
let links: PlantedLinks

beforeEach(async () => {
  server = await createServerUnderTest({ TRUSTED_PROXIES: '127.0.0.0/8' })
  links = await plantLinks(server.dataDir, 5, 40)
})
afterEach(() => server.dispose())

/** Loads the server from another process until its connections are gone. */
async function load(): Promise<LoadResult> {
  const plan: LoadPlan = {
    port: Number(new URL(server.baseUrl).port),
    connections: CONNECTIONS,
    seconds: 30,
    paths: links.paths,
    agents: browserAgents(50),
    addresses: clientAddresses(500),
  }
  const file = join(server.dataDir, 'load-plan.json')
  writeFileSync(file, JSON.stringify(plan))
  const child = spawn(process.execPath, [LOAD, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString()
  })
  await new Promise((resolve) => child.on('close', resolve))
  return JSON.parse(output)
}

async function loadUntil(signal: NodeJS.Signals, afterMs: number): Promise<LoadResult> {
  await server.start()
  const loading = load()
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  await server.end(signal)
  return loading
}

describe('visits under load', () => {
  test('killed again and again: what was answered is stored, and counters agree with events', async () => {
    let answered = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const result = await loadUntil('SIGKILL', 900 + 150 * kill)
      expect(result.otherStatus).toBe(0)
      answered += result.answered
    }
    const stored = await storedVisits(server.dataDir, links.shares)
    console.log(`${KILLS} × kill -9: ${answered} answered, ${stored.counted} stored`)
    expect(answered).toBeGreaterThan(300)
    expect(stored.counted).toBeGreaterThanOrEqual(answered)
    expect(stored.counted - answered).toBeLessThanOrEqual(KILLS * CONNECTIONS)
    expect(stored).toEqual({
      counted: stored.counted,
      listed: stored.counted,
      inStats: stored.counted,
    })
  }, 60_000)

  test('asked to stop: what was answered is stored, to the very visit', async () => {
    const { answered, otherStatus } = await loadUntil('SIGTERM', 1_500)
    expect(otherStatus).toBe(0)
    expect(answered).toBeGreaterThan(200)
    const stored = await storedVisits(server.dataDir, links.shares)
    console.log(`SIGTERM: ${answered} answered, ${stored.counted} stored`)
    expect(stored).toEqual({ counted: answered, listed: answered, inStats: answered })
  }, 30_000)
})
