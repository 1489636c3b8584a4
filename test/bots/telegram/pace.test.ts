import { expect, test } from 'vitest'
import { createLocalRates } from '#adapters/rates/local.ts'
import { createMovableClock } from '#test/fixtures/engine.ts'
import { inLine, type TelegramPace } from '../../../bots/telegram/pace.ts'

/** Of a bot that may do something every 20 ms; of a chat, nothing for a minute once it is told to rest. */
function paceOf(): TelegramPace & { asked: number } {
  const rates = createLocalRates(createMovableClock())
  const pace = {
    asked: 0,
    async ask(chat: string, what: 'send' | 'edit') {
      pace.asked++
      const keys = ['bot', chat]
      const buckets = keys.map((key) => ({ key, limit: 50, perMs: 1_000, cost: 1 }))
      const taken = await rates.take(buckets, what)
      return taken.ok ? 0 : taken.waitMs
    },
    refused: (chat: string, forMs: number) => rates.pause(chat, forMs),
  }
  return pace
}

test('many who ask at once get through one after another, without asking again and again', async () => {
  const pace = paceOf()
  const line = inLine(pace)
  const chats = Array.from({ length: 20 }, (_, n) => `chat ${n}`)
  expect(await Promise.all(chats.map((chat) => line.ask(chat, 'edit')))).toEqual(chats.map(() => 0))
  expect(pace.asked).toBeLessThanOrEqual(3 * chats.length)
})

test('a chat that must rest holds up no other', async () => {
  const line = inLine(paceOf())
  await line.refused('ann', 60_000)
  const [ann, bob] = await Promise.all([line.ask('ann', 'send'), line.ask('bob', 'send')])
  expect(ann).toBeGreaterThan(50_000)
  expect(bob).toBe(0)
})
