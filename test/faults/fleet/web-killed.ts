import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { LoadPlan, LoadResult } from '#test/bench/redirect/load.ts'
import { browserAgents, clientAddresses } from '#test/bench/redirect/visitors.ts'
import { closeBooks, type Scenario } from './scenario.ts'
import { storedVisits } from './stored-visits.ts'

const LOAD = fileURLToPath(new URL('../../bench/redirect/load.ts', import.meta.url))
const CONNECTIONS = 64
const KILLS = 4

/** A web process killed -9 again and again while 64 connections follow links. */
export const webKilled: Scenario = async (play) => {
  const { stage, answered, share } = await play.turn(async () => {
    const stage = await play.setStage({ roles: ['web', 'worker'], mailMs: 0 })
    const [web] = stage.fleet.webs
    const share = await stage.ledger.accept(200)
    const paths = share.deliveries.map(({ link }) => new URL(link).pathname)
    let answered = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const loading = load(Number(new URL(web!.baseUrl).port), paths)
      await sleep(1_500 + 250 * kill)
      await web!.end('SIGKILL')
      const result = await loading
      expect(result.otherStatus).toBe(0)
      answered += result.answered
      await web!.start()
    }
    return { stage, answered, share }
  })
  const stored = await storedVisits(stage.fleet, [share.id], answered)
  await closeBooks(play, stage, {
    scenario: 'web killed -9 under load',
    visits: { answered, stored },
    note: `${KILLS} kills`,
  })
  expect(answered).toBeGreaterThan(1_000)
  expect(stored - answered).toBeLessThanOrEqual(KILLS * CONNECTIONS)
}

/** Follows links from another process until its connections are gone. */
async function load(port: number, paths: readonly string[]): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'passalong-load-'))
  const file = join(folder, 'plan.json')
  const plan: LoadPlan = {
    port,
    connections: CONNECTIONS,
    seconds: 30,
    paths,
    agents: browserAgents(50),
    addresses: clientAddresses(500),
  }
  writeFileSync(file, JSON.stringify(plan))
  const child = spawn(process.execPath, [LOAD, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString()
  })
  await new Promise((resolve) => child.on('close', resolve))
  rmSync(folder, { recursive: true })
  return JSON.parse(output)
}
