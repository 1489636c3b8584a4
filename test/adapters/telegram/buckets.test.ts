import { beforeEach, describe, expect, test } from 'vitest'
import { createLocalRates } from '#adapters/rates/local.ts'
import { type TelegramBuckets, telegramBuckets } from '#adapters/telegram/buckets.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'

const BOT = 'telegram/default'

let now: number
let buckets: TelegramBuckets
beforeEach(() => {
  now = 1_000
  buckets = telegramBuckets({ channel: 'telegram', connection: DEFAULT_CONNECTION }, () => now)
})

test('a message passes the bot’s bucket and its chat’s, a group’s being narrower', () => {
  expect(buckets.of('4711', 1)).toEqual([
    { key: BOT, limit: 30, perMs: 1_000, cost: 1 },
    { key: `${BOT}/chat/4711`, limit: 1, perMs: 1_000, burst: 3, cost: 1 },
  ])
  expect(buckets.of('-100123', 1)[1]).toEqual({
    key: `${BOT}/chat/-100123`,
    limit: 15,
    perMs: 60_000,
    burst: 5,
    cost: 1,
  })
})

test('a group never sees more than 20 messages in a minute', async () => {
  let at = 0
  const rates = createLocalRates({ clock: { now: () => at, monotonic: () => at } })
  const sent: number[] = []
  for (; at < 300_000; at += 250) {
    if ((await rates.take(buckets.of('-100123', 1))).ok) sent.push(at)
  }
  const busiest = sent.map(
    (from) => sent.filter((one) => one >= from && one < from + 60_000).length,
  )
  expect([19, 20]).toContain(Math.max(...busiest))
})

describe('what waits after a refusal', () => {
  test('is the chat alone, however often it is refused', () => {
    expect(buckets.after('1', 5_000)).toBe(`${BOT}/chat/1`)
    expect(buckets.after('1', 5_000)).toBe(`${BOT}/chat/1`)
  })

  test('is the bot, while another chat is refused too', () => {
    buckets.after('1', 5_000)
    now += 4_999
    expect(buckets.after('2', 5_000)).toBe(BOT)
  })

  test('is the chat again once the other one waits no longer', () => {
    buckets.after('1', 5_000)
    now += 5_000
    expect(buckets.after('2', 5_000)).toBe(`${BOT}/chat/2`)
  })
})
