import { afterEach, describe, expect, test } from 'vitest'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { ShareId } from '#core/ids.ts'
import { createBareBot } from '#test/fixtures/chat/bare-bot.ts'
import { startTalk, type Talk } from '#test/fixtures/chat/talk.ts'
import { until } from '#test/fixtures/engine.ts'

let t: Talk
const ending = new Set<AbortController>()
afterEach(async () => {
  for (const one of ending) one.abort()
  ending.clear()
  await t.close()
})

function follow(bot = t.bot): AbortController {
  const end = new AbortController()
  ending.add(end)
  void t.process().follow(bot.platform, end.signal)
  return end
}

async function send(to = 'bob@example.org'): Promise<ShareId> {
  await t.say(`https://example.org/a ${to}`)
  const { shares } = await t.press('Send')
  return shares[0] as ShareId
}

const shows = (text: string) => () =>
  until(async () => (t.last().includes(text) ? true : undefined))

/** Messages that were not sent yet, and those who follow them. */
const pastUndo = async (): Promise<void> => t.world.advance(11_000)

describe('a status message', () => {
  test('is changed in its place as its share changes', async () => {
    t = await startTalk()
    follow()
    await send()
    await pastUndo()
    await shows('✓ bob@example.org: Sent')()
    expect(t.bot.messages).toHaveLength(1)
  })

  test('is brought up to date after a restart', async () => {
    t = await startTalk()
    await send()
    await pastUndo()
    await until(async () => {
      const { items } = await t.world.engine.sharing.list(t.world.ann, { limit: 1, cursor: null })
      return items[0]?.states.accepted
    })
    expect(t.last()).toContain('Scheduled')
    follow()
    await shows('Sent')()
  })

  test('waits as long as the platform asks, and is changed then', async () => {
    t = await startTalk()
    follow()
    await send()
    t.bot.answerNext({ kind: 'later', retryAfterMs: 50 }, { kind: 'later', retryAfterMs: 50 })
    await pastUndo()
    await shows('Sent')()
  })

  test('for which the platform asks to rest longer than anybody waits is shown after it', async () => {
    t = await startTalk()
    follow()
    await t.say('https://example.org/a bob@example.org')
    t.bot.answerNext({ kind: 'later', retryAfterMs: 3_600_000 })
    await t.press('Send')
    expect(t.last()).not.toContain('Scheduled')
    await pastUndo()
    await shows('✓ bob@example.org: Sent')()
    expect(t.bot.messages).toHaveLength(1)
  })

  test('that is gone is followed no more', async () => {
    t = await startTalk()
    follow()
    const share = await send()
    t.bot.answerNext({ kind: 'not-shown', why: 'gone' })
    await pastUndo()
    const { conversations } = t.world.store
    await until(async () => ((await conversations.ofShare(share)).length === 0 ? true : undefined))
    expect(t.bot.messages).toHaveLength(1)
  })

  test('of another platform is left to it', async () => {
    t = await startTalk()
    const other = createBareBot({ platform: 'slack' })
    follow(other)
    follow()
    await send()
    await pastUndo()
    await shows('Sent')()
    expect(other.messages).toHaveLength(0)
  })

  test('in the same chat takes the place of the one before', async () => {
    t = await startTalk()
    const share = await send()
    const content = { text: '', links: [], mentions: [], forwarded: null, repliesTo: null }
    const status = t.event({
      kind: 'command',
      command: 'status',
      content: { ...content, message: null },
    })
    await t.process().handle(t.bot.platform, status)
    expect(t.bot.messages.map(({ screen }) => screen.buttons.length > 0)).toEqual([false, true])
    const followed = await t.world.store.conversations.ofShare(share)
    expect(followed.map(({ message }) => message)).toEqual(['2'])
  })

  test('of an account that is no more is followed no more', async () => {
    t = await startTalk()
    const share = await send()
    const { conversations } = t.world.store
    const [message] = await conversations.ofShare(share)
    const account = 'nobodynobody' as never
    if (message) await conversations.follow({ ...message, account, shown: 0 })
    follow()
    await until(async () => ((await conversations.ofShare(share)).length === 0 ? true : undefined))
  })
})

test('what happens after the end is nobody’s', async () => {
  t = await startTalk()
  const end = follow()
  await send()
  end.abort()
  await pastUndo()
  await until(async () => {
    const place = { platform: 'telegram', connection: DEFAULT_CONNECTION } as const
    const { messages } = await t.world.store.conversations.behind(place, { limit: 5 })
    return messages.length > 0 || undefined
  })
  expect(t.last()).toContain('Scheduled')
})
