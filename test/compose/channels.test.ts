import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import type { Channel } from '#ports/channel.ts'
import { createChannels, mailIdentityOf } from '#src/compose/channels.ts'
import { type Environment, readConfig } from '#src/config.ts'
import { messageOn } from '#test/core/message/sample.ts'
import { quiet } from '#test/fixtures/quiet.ts'

const EVERY = ['email', 'matrix', 'slack', 'sms', 'telegram', 'wap-push']
const SMTP_URL = 'smtp://127.0.0.1:9'
const PUBLIC = { BASE_URL: 'https://go.example.org' }
const keys = { hookSecret: () => 'a secret of tests' }
let made: readonly Channel[] = []

afterEach(async () => {
  await Promise.all(made.map((channel) => channel.stop()))
})

/** What carries each channel that stands. */
async function carriers(env: Environment): Promise<Record<string, string>> {
  const { outbox, people } = createMemoryStore({}, { clock: createSystemClock(), randomBytes })
  made = await createChannels(readConfig(env), { outbox, people, keys, logger: quiet })
  return Object.fromEntries(made.map((channel) => [channel.name, channel.via]))
}

describe('the channels that stand', () => {
  test('without credentials, on this machine: the outbox for every one', async () => {
    const standing = await carriers({})
    expect(Object.keys(standing).sort()).toEqual(EVERY)
    expect(new Set(Object.values(standing))).toEqual(new Set(['outbox']))
  })

  test('a real one where it has credentials, the outbox for the rest', async () => {
    expect(await carriers({ SMTP_URL })).toMatchObject({ email: 'email', sms: 'outbox' })
    expect(await carriers({ TELEGRAM_BOT_TOKEN: '1:a' })).toMatchObject({ telegram: 'telegram' })
  })

  test('the outbox for one whose credentials cannot be used yet', async () => {
    expect(await carriers({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' })).toMatchObject({
      slack: 'outbox',
    })
  })

  test('no outbox where others reach the server, unless it is asked for', async () => {
    expect(await carriers({ ...PUBLIC, SMTP_URL })).toEqual({ email: 'email' })
    expect(await carriers(PUBLIC)).toEqual({})
    expect(Object.keys(await carriers({ ...PUBLIC, OUTBOX: 'on' })).sort()).toEqual(EVERY)
    expect(await carriers({ OUTBOX: 'off' })).toEqual({})
  })
})

describe('a text message', () => {
  const note = 'word '.repeat(400)

  test.each([
    [{}, 3],
    [{ SMS_MAX_SEGMENTS: '1' }, 1],
    [{ SMS_MAX_SEGMENTS: '10' }, 10],
  ])('of %j takes %i segments at most', async (env, segments) => {
    await carriers(env)
    const sms = made.find(({ name }) => name === 'sms')
    expect(sms?.render(messageOn('sms', { note }))).toMatchObject({ segments, shortened: true })
  })
})

describe('whom mail comes from', () => {
  test('is the same in the outbox and in what goes out', () => {
    const env = { SMTP_URL, MAIL_FROM: 'Go <go@example.org>' }
    expect(mailIdentityOf(readConfig(env))).toEqual({
      fromName: 'Go',
      fromAddress: 'go@example.org',
      messageIdDomain: 'example.org',
      signed: false,
    })
  })

  test('is signed where all of DKIM is set', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const dkim = { DKIM_DOMAIN: 'example.org', DKIM_SELECTOR: 'a', DKIM_PRIVATE_KEY: pem }
    expect(mailIdentityOf(readConfig({ SMTP_URL, ...dkim })).signed).toBe(true)
    const oneLine = { ...dkim, DKIM_PRIVATE_KEY: pem.trim().replaceAll('\n', '\\n') }
    const { secret } = readConfig({ SMTP_URL, ...oneLine })
    expect(secret('DKIM_PRIVATE_KEY')).toBe(pem.trim())
  })
})
