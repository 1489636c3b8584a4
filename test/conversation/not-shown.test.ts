import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Conversation, createConversation } from '#conversation/conversation.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { Instant } from '#core/ids.ts'
import type { Intent } from '#ports/bot-platform.ts'
import { type BareBot, createBareBot, privateChatOf } from '#test/fixtures/chat/bare-bot.ts'
import { type ChatWorld, openChatWorld } from '#test/fixtures/chat/world.ts'
import { quiet } from '#test/fixtures/quiet.ts'

const ANN = {
  platform: 'telegram',
  connection: DEFAULT_CONNECTION,
  ...{ id: '100', handle: 'ann', name: 'Ann' },
} as const

let world: ChatWorld
let bot: BareBot
let conversation: Conversation
let events: number

beforeEach(async () => {
  world = await openChatWorld()
  await world.link(ANN)
  bot = createBareBot()
  events = 0
  conversation = createConversation({
    ...{ engine: world.engine, conversations: world.store.conversations, clock: world.clock },
    logger: quiet,
    settings: { baseUrl: 'https://p.example.org', undoMs: 10_000, defaultRegion: undefined },
  })
})
afterEach(() => world.stop())

function happens(intent: Intent) {
  events += 1
  return conversation.handle(bot.platform, {
    ...{ id: `e${events}`, user: ANN, chat: privateChatOf(ANN), locale: 'en', timeZone: null },
    at: world.clock.now() as Instant,
    intent,
  })
}

test('where what was sent could not be shown, the card is still the way to it', async () => {
  const text = 'https://example.org/a carol@example.org -- look'
  const alone = { links: [], mentions: [], forwarded: null, repliesTo: null, message: null }
  await happens({ kind: 'said', content: { text, ...alone } })
  const [card] = bot.messages
  const send = () => card?.screen.buttons.flat().find(({ label }) => label === 'Send')
  const button = send()
  if (button?.kind !== 'press') throw new Error('there is nothing to press')
  const press = { kind: 'pressed', press: button.press, message: card?.message ?? null } as const
  bot.answerNext({ kind: 'later', retryAfterMs: 3_600_000 })
  expect((await happens(press)).shares).toHaveLength(1)
  expect(send()).toBeDefined()
  await happens(press)
  expect(
    bot.messages
      .at(-1)
      ?.screen.body.map((run) => run.text)
      .join(''),
  ).toContain('Goes out at')
  expect(
    (await world.engine.sharing.list(world.ann, { limit: 9, cursor: null })).items,
  ).toHaveLength(1)
})
