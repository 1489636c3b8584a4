import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCli } from '#test/fixtures/run-cli.ts'
import { makeDataDir, type ProductEnv, spawnServer } from '#test/fixtures/running-server.ts'
import { steadyPort } from '#test/services/steady-port.ts'

/** What the product may take to say so, and the start of a process on a busy machine. */
const SAID_MS = 3_000 + 12_000
const SESSION_SECRET = 'a secret of thirty-two characters or more'

let data: ReturnType<typeof makeDataDir>
let place: string
beforeEach(async () => {
  data = makeDataDir()
  place = `127.0.0.1:${await steadyPort()}`
})
afterEach(() => data.remove())

/** What a server says that cannot start. */
async function refusal(env: ProductEnv): Promise<string> {
  const begun = performance.now()
  const refused = spawnServer({ DATA_DIR: data.path, SESSION_SECRET, ...env })
  expect(await refused.ended()).toBe(1)
  expect(performance.now() - begun).toBeLessThan(SAID_MS)
  expect(refused.err).not.toContain('hunter2')
  return refused.err
}

test('where no MongoDB answers, the server says so at once and ends', async () => {
  const said = await refusal({ MONGODB_URI: `mongodb://ann:hunter2@${place}/passalong` })
  expect(said).toMatch(new RegExp(`${place}/passalong .*MONGODB_URI.*ECONNREFUSED`))
})

test('where no Redis answers, likewise', async () => {
  const said = await refusal({ REDIS_URL: `redis://ann:hunter2@${place}` })
  expect(said).toMatch(new RegExp(`Redis at ${place} .*REDIS_URL.*ECONNREFUSED`))
})

test('so does the command line, and doctor says what to do about both', async () => {
  const MONGODB_URI = `mongodb://ann:hunter2@${place}/passalong`
  const env = { DATA_DIR: data.path, SESSION_SECRET, MONGODB_URI, REDIS_URL: `redis://${place}` }
  const { status, err } = await runCli(env, ['status', 'x'])
  expect([status, err]).toEqual([1, expect.stringContaining('MONGODB_URI')])
  const { status: found, out } = await runCli(env, ['doctor'])
  expect(found).toBe(1)
  expect(out).toMatch(
    new RegExp(`✗ MONGODB_URI: ${place}/passalong cannot be used \\(.*ECONNREFUSED`),
  )
  expect(out).toMatch(new RegExp(`✗ REDIS_URL: ${place} cannot be used \\(`))
  expect(out + err).not.toContain('hunter2')
})
