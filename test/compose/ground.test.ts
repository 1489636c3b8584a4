import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type Ground, openGround } from '#src/compose/ground.ts'
import { readConfig } from '#src/config.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { missingRedis, startRedis } from '#test/services/redis.ts'
import { freshRedis } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

const grounds: Ground[] = []
const folders: string[] = []
afterEach(async () => {
  await Promise.all(grounds.splice(0).map((ground) => ground.close()))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** What the command line opens to send by itself. */
async function openAlone(REDIS_URL: string): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'passalong-ground-'))
  folders.push(folder)
  const config = readConfig({ REDIS_URL, DATA_DIR: folder })
  const ground = await openGround({ ...config, role: 'worker', sharedQueue: false }, quiet)
  grounds.push(ground)
  return ground
}

const bot = [{ key: 'bot', limit: 1, perMs: 60_000, cost: 1 }]

describe.skipIf(skippedFor(missingRedis()))('with a queue of its own beside a fleet', () => {
  test('what is sent counts for all, and what is paused is paused for all', async () => {
    const url = await freshRedis()
    const [one, other] = [await openAlone(url), await openAlone(url)]
    expect(await one.rates.take(bot)).toMatchObject({ ok: true })
    expect(await other.rates.take(bot)).toMatchObject({ ok: false, bucket: 'bot' })
    await one.rates.pause('chat', 60_000)
    const chat = [{ key: 'chat', limit: 10, perMs: 1_000, cost: 1 }]
    expect(await other.rates.take(chat)).toMatchObject({ ok: false, bucket: 'chat' })
  })

  test('nothing is sent while Redis is away, and everything else goes on', async () => {
    const redis = await startRedis()
    await redis.kill()
    const { rates, requestRates } = await openAlone(redis.url)
    await expect(rates.take(bot)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await requestRates.take(bot)).toMatchObject({ ok: true })
    await redis.restart()
    expect(await rates.take(bot)).toMatchObject({ ok: true })
    await Promise.all(grounds.splice(0).map((ground) => ground.close()))
    await redis.stop()
  })
})
