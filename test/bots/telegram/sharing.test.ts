import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TelegramUser } from '../../services/telegram-api/telegram-api.ts'
import { type BotWorld, startBotWorld } from './bot-world.ts'

let world: BotWorld
let ann: TelegramUser

beforeEach(async () => {
  world = await startBotWorld()
  ann = await world.linked()
  world.begin()
})
afterEach(() => world.close())

test('a line that says it all is sent, and its message says what becomes of it', async () => {
  ann.says('https://example.org/a bob@example.org -- look at this')
  await ann.reads('bob@example.org')
  await ann.presses('Send')
  await ann.reads('✓ bob@example.org')
  expect(ann.sees()).toHaveLength(1)
  expect(world.email.wrote).toMatchObject([{ to: 'bob@example.org' }])
})

test('a message goes to who has started the bot, and what they answer to it counts', async () => {
  const bob = world.telegram.user({ first_name: 'Bob', username: 'bobby' })
  bob.starts()
  await world.telegram.idle()
  ann.says('https://example.org/a @bobby -- look')
  await ann.reads('(Telegram)')
  await ann.presses('Send')
  const message = await bob.reads('look')
  expect(bob.opens('Open the link', { on: message })).toMatch(
    /^https:\/\/passalong\.example\.org\/r\//,
  )

  expect(await bob.presses('Stop these messages')).toMatchObject({ show_alert: true })
  expect(await world.engine.reaching.hasStopped(keyOf(bob))).toBe(true)
  expect(await bob.presses('Stop only those from ann')).toMatchObject({
    text: expect.stringContaining('ann can send you no more'),
  })
  expect(await world.engine.reaching.hasStopped(keyOf(bob))).toBe(false)
  expect(await bob.presses('Get messages again')).toMatchObject({ text: 'You get messages again.' })
  expect(
    bob
      .sees()
      .at(-1)
      ?.reply_markup?.inline_keyboard.flat()
      .map(({ text }) => text),
  ).toEqual(['Open the link', 'Stop these messages'])
})

const keyOf = ({ id }: TelegramUser) =>
  ({ platform: 'telegram', connection: 'default', id: String(id) }) as never

describe('who can be written to', () => {
  const reachOf = async (user: TelegramUser) =>
    (await world.store.people.get(keyOf(user)))?.reach ?? null

  test('is whoever has written, until they block the bot, and again from when they unblock it', async () => {
    const bob = world.telegram.user({ first_name: 'Bob', username: 'bobby' })
    bob.says('hello')
    await bob.reads(/./)
    expect(await reachOf(bob)).toEqual({ chat: String(bob.id) })
    bob.blocks()
    await world.telegram.idle()
    expect(await reachOf(bob)).toBeNull()
    bob.unblocks()
    await world.telegram.idle()
    expect(await reachOf(bob)).toEqual({ chat: String(bob.id) })
  })

  test('is not whoever wrote in a group', async () => {
    const bob = world.telegram.user({ first_name: 'Bob', username: 'bobby' })
    bob.says('/help@passalong_bot', { in: world.telegram.group('Family') })
    await world.telegram.idle()
    expect(await reachOf(bob)).toBeNull()
  })

  test('goes by the name that they have now', async () => {
    const bob = world.telegram.user({ first_name: 'Bob', username: 'bobby' })
    bob.says('hello')
    await bob.reads(/./)
    bob.renames({ username: 'robert' })
    bob.says('hello again')
    await world.telegram.idle()
    const place = { platform: 'telegram', connection: 'default' } as never
    expect(await world.store.people.byHandle(place, 'robert')).toMatchObject({ id: String(bob.id) })
    expect(await world.store.people.byHandle(place, 'bobby')).toBeNull()
  })
})
