import { expect, test } from 'vitest'
import type { Instant } from '#core/ids.ts'
import type { Message } from '#core/message/message.ts'
import { all } from '#test/fixtures/engine.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'
import { bob, telegramUser } from './reaching/people.ts'

const start = useTestEngine()

async function startBoth() {
  const seen: Message[] = []
  const channels = (['telegram', 'email'] as const).map((name) => {
    const channel = createScriptedChannel({ name })
    return {
      ...channel,
      render(message: Message) {
        seen.push(message)
        return channel.render(message)
      },
    }
  })
  const t = await start(channels)
  return {
    ...t,
    /** What stands beside the sender's name in a message to the recipient. */
    async handleTo(recipient: string): Promise<string | undefined> {
      const { id } = await t.share([recipient])
      await t.settled(id, all('accepted'))
      return seen.findLast(({ deliveryId }) => deliveryId.startsWith(id))?.sender.handle
    },
  }
}

test('on Telegram nobody passes for another: an @ is who the sender has proved to be', async () => {
  const t = await startBoth()
  expect(await t.handleTo('telegram:4711')).toBe('ann')
  await t.store.identities.link(telegramUser('815', 'AnnLee'), t.ann.id, null)
  expect(await t.handleTo('telegram:4711')).toBe('@AnnLee')
})

test('on Telegram a verified mailbox says who it is', async () => {
  const t = await startBoth()
  const email = 'ann@example.org'
  await t.store.accounts.update(t.ann.id, { email, emailVerifiedAt: Date.now() as Instant })
  await t.store.identities.link({ ...bob, handle: null }, t.ann.id, null)
  expect(await t.handleTo('telegram:4711')).toBe(email)
})

test('elsewhere the username has its @', async () => {
  const t = await startBoth()
  expect(await t.handleTo('bob@example.org')).toBe('@ann')
})
