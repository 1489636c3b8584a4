import { request } from 'node:http'
import { afterAll, expect } from 'vitest'
import { type HookServer, startHookServer } from '#test/fixtures/hook-server.ts'
import { type Kannel, type KannelOptions, startKannel } from '../../../services/kannel.ts'
import { type SmppSmsc, type Submitted, startSmppSmsc } from '../../../services/smpp-smsc.ts'

/** Kannel between us and a phone network: ours is called back at `hooks`, the network speaks SMPP. */
export interface KannelWorld {
  readonly kannel: Kannel
  readonly network: SmppSmsc
  readonly hooks: HookServer
  /** Segments that arrived, once everything that Kannel took before has. */
  settled(): Promise<readonly Submitted[]>
  /** As at the start: every box runs, and takes messages from us. */
  heal(): Promise<void>
}

/** A number that only {@link KannelWorld.settled} writes to. */
const LAST = '+19005550199'
const PATIENCE = { timeout: 30_000, interval: 10 }

/** One for a file's tests, started by the first that asks. */
export function sharedKannelWorld(options: KannelOptions = {}): () => Promise<KannelWorld> {
  let started: Promise<KannelWorld & { close(): Promise<void> }> | undefined
  afterAll(async () => (await started)?.close())
  return () => {
    started ??= startWorld(options)
    return started
  }
}

async function startWorld(
  options: KannelOptions,
): Promise<KannelWorld & { close(): Promise<void> }> {
  const hooks = await startHookServer()
  const network = await startSmppSmsc()
  const kannel = await startKannel({ smpp: network, ...options })
  let broken = false
  let sent = 0
  const watched = (box: Kannel['smsbox']): Kannel['smsbox'] => ({
    ...box,
    kill() {
      broken = true
      return box.kill()
    },
    freeze() {
      broken = true
      box.freeze()
    },
  })

  const settled = async (): Promise<readonly Submitted[]> => {
    sent += 1
    const text = `last ${sent}`
    await expect.poll(() => sendDirectly(kannel, text), PATIENCE).toBe(202)
    await expect.poll(() => network.arrived().some((one) => one.text === text), PATIENCE).toBe(true)
    return network.arrived().filter(({ to }) => !LAST.endsWith(to))
  }

  const world: KannelWorld = {
    kannel: {
      ...kannel,
      smsbox: watched(kannel.smsbox),
      wapbox: kannel.wapbox && watched(kannel.wapbox),
      reconfigure(change) {
        broken = true
        return kannel.reconfigure(change)
      },
    },
    network,
    hooks,
    settled,
    async heal() {
      network.behave({})
      if (broken) await kannel.reconfigure({})
      broken = false
      await settled()
    },
  }
  try {
    await expect.poll(() => network.isBound(), PATIENCE).toBe(true)
    await settled()
  } catch (error) {
    await close()
    throw error
  }
  async function close(): Promise<void> {
    await kannel.stop()
    await network.close()
    await hooks.close()
  }
  return { ...world, close }
}

/** Over a connection of its own, which is closed with the answer. */
function sendDirectly({ sendsmsUrl, username, password }: Kannel, text: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      'X-Kannel-Username': username,
      'X-Kannel-Password': password,
      'X-Kannel-To': LAST,
      'Content-Type': 'text/plain; charset=UTF-8',
    }
    const asked = request(sendsmsUrl, { method: 'POST', agent: false, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    })
    asked.once('error', () => resolve(0))
    asked.end(text)
  })
}
