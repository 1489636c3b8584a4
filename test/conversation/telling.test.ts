import { afterEach, beforeEach, expect, test } from 'vitest'
import { createConversation } from '#conversation/conversation.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import { type BareBot, createBareBot } from '#test/fixtures/chat/bare-bot.ts'
import { type ChatWorld, openChatWorld } from '#test/fixtures/chat/world.ts'
import { until } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'

const PLACE = { platform: 'telegram', connection: DEFAULT_CONNECTION } as const
const ANN = { ...PLACE, id: '100', handle: 'ann', name: 'Ann' }

let world: ChatWorld
let bot: BareBot
let ending: AbortController

beforeEach(async () => {
  world = await openChatWorld()
  await world.link(ANN)
  bot = createBareBot()
  ending = new AbortController()
  // A process that serves pages: another one has the bot's turn, and follows shares.
  const conversation = createConversation({
    ...{ engine: world.engine, conversations: world.store.conversations, clock: world.clock },
    logger: quiet,
    settings: { baseUrl: 'https://p.example.org', undoMs: 10_000, defaultRegion: undefined },
  })
  conversation.tell(bot.platform, ending.signal)
})
afterEach(async () => {
  ending.abort()
  await world.stop()
})

const told = (words: string) =>
  until(async () =>
    bot.messages.find(({ screen }) => screen.body.some(({ text }) => text.includes(words))),
  )

test('a chat hears of what a page of this process did, though another one has the turn', async () => {
  await world.engine.linking.unlink(ANN, world.ann.id, 'page')
  expect((await told('unlinked')).chat).toBe('with 100')
})

test('a sender is asked who came by an invitation, whichever process heard of it', async () => {
  const share = await world.share(['telegram:@bob'])
  const waiting = await world.settled(share.id, ({ deliveries }) =>
    deliveries.every(({ state }) => state === 'waiting'),
  )
  const invitation = await world.engine.reaching.invite(world.ann, waiting.deliveries[0]?.id ?? '')
  const rob = { ...PLACE, id: '200', handle: 'rob', name: 'Rob' }
  await world.engine.reaching.met(rob, { chat: '200' })
  await world.engine.reaching.comeBy(invitation, rob)
  expect((await told('@rob')).chat).toBe('with 100')
})
