import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BotPlatform, Screen, Showing } from '#ports/bot-platform.ts'
import { openTelegramClient } from '#src/compose/telegram-client.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { createTelegramPlatform } from '../../../bots/telegram/platform.ts'
import { createKnowledge } from '../../../bots/telegram/self.ts'
import {
  REFUSALS,
  startTelegramApi,
  type TelegramApi,
  type TelegramUser,
  TOKEN,
} from '../../services/telegram-api/telegram-api.ts'

let telegram: TelegramApi
let platform: BotPlatform
let yielding: BotPlatform
let waitMs: (what: 'send' | 'edit') => number
let ann: TelegramUser
let paused: [string, number][]
let logged: string[]
let end: AbortController
let close: () => Promise<void>

beforeEach(async () => {
  telegram = await startTelegramApi()
  const client = await openTelegramClient({ token: () => TOKEN, apiRoot: telegram.url })
  close = client.close
  paused = []
  logged = []
  waitMs = () => 0
  end = new AbortController()
  const self = createKnowledge(client, { running: end.signal, logger: quiet })
  await self.learn()
  const pace = {
    ask: async (_chat: string, what: 'send' | 'edit') => waitMs(what),
    refused: async (...one: [string, number]) => void paused.push(one),
  }
  const logger = { ...quiet, error: (...said: unknown[]) => void logged.push(JSON.stringify(said)) }
  const made = createTelegramPlatform({ client, self, pace, logger })
  platform = made.platform
  yielding = made.yielding
  ann = telegram.user({ first_name: 'Ann' })
  ann.starts()
})
afterEach(async () => {
  end.abort()
  await close()
  await telegram.close()
})

const screen = (text: string, more: Partial<Screen> = {}): Screen => ({
  body: [{ text }],
  buttons: [[{ kind: 'press', label: 'Go', press: 'm:help' }]],
  ...more,
})

const showing = (text: string, more: Partial<Showing> & { screen?: Screen } = {}): Showing => ({
  chat: { id: String(ann.id), kind: 'private' },
  onlyFor: null,
  inPlaceOf: null,
  screen: screen(text),
  ...more,
})

/** @returns where it stands */
async function show(text: string, more: Parameters<typeof showing>[1] = {}): Promise<string> {
  const shown = await platform.show(showing(text, more))
  if (shown.kind !== 'shown') throw new Error(JSON.stringify(shown))
  return shown.message
}

const texts = () => ann.sees().map(({ text, caption }) => text ?? caption)
const labels = () =>
  ann.sees().map((one) => one.reply_markup?.inline_keyboard.flat().map(({ text }) => text) ?? [])

describe('a screen', () => {
  test('is a message, and is changed where it stands', async () => {
    const first = await show('one')
    expect(await show('two', { inPlaceOf: first })).toBe(first)
    expect(texts()).toEqual(['two'])
    expect(labels()).toEqual([['Go']])
  })

  test('that says the same again stands there', async () => {
    const first = await show('one')
    expect(await show('one', { inPlaceOf: first })).toBe(first)
  })

  test('loses its buttons once it is settled', async () => {
    const first = await show('one')
    await platform.settle({ id: String(ann.id), kind: 'private' }, first)
    await platform.settle({ id: String(ann.id), kind: 'private' }, '999')
    expect(labels()).toEqual([[]])
  })

  test('without buttons asks in the field', async () => {
    await show('Who?', { screen: screen('Who?', { buttons: [], placeholder: 'bob@example.org' }) })
    expect(telegram.requests.at(-1)?.params.reply_markup).toEqual({
      force_reply: true,
      input_field_placeholder: 'bob@example.org',
    })
  })

  test('shows no previews of its links', async () => {
    await show('https://example.org/a')
    expect(telegram.requests.at(-1)?.params.link_preview_options).toEqual({ is_disabled: true })
  })
})

describe('a screen with a QR code', () => {
  const qr = (text: string) => ({ screen: screen(text, { qr: 'https://example.org/r/abc' }) })

  test('is a picture with words under it', async () => {
    await show('Scan me', qr('Scan me'))
    expect(ann.sees()[0]).toMatchObject({ caption: 'Scan me', photo: [{}] })
  })

  test('takes the place of text, and text that of it', async () => {
    const text = await show('one')
    const picture = await show('two', { inPlaceOf: text, ...qr('two') })
    expect(texts()).toEqual(['two'])
    expect(await platform.show(showing('three', { inPlaceOf: picture }))).toEqual({
      kind: 'not-shown',
      why: 'gone',
    })
  })

  test('goes without the picture where it says too much', async () => {
    await show('', qr('a'.repeat(1_025)))
    expect(ann.sees()[0]?.text).toHaveLength(1_025)
  })
})

describe('the picker of people', () => {
  const picking = (text: string) => ({
    screen: screen(text, { picker: { label: 'Choose people', max: 25 }, placeholder: 'or write' }),
  })

  test('comes as keys beside the buttons, once for several screens, and goes with the last', async () => {
    const bob = telegram.user({ first_name: 'Bob', username: 'bob' })
    const first = await show('Who?', picking('Who?'))
    expect(texts()).toEqual(['Who?', 'Choose people 👇'])
    expect(ann.picks([bob]).message.users_shared?.users).toEqual([
      { user_id: bob.id, first_name: 'Bob', username: 'bob' },
    ])
    const second = await show('Anybody else?', picking('Anybody else?'))
    await platform.settle({ id: String(ann.id), kind: 'private' }, first)
    expect(texts()).toEqual(['Who?', 'Choose people 👇', 'Anybody else?'])
    ann.picks([bob])
    await show('A note?', { inPlaceOf: second })
    expect(texts()).toEqual(['Who?', 'A note?'])
    expect(() => ann.picks([bob])).toThrow('no picker')
  })

  test('goes when its screen is settled', async () => {
    const first = await show('Who?', picking('Who?'))
    await platform.settle({ id: String(ann.id), kind: 'private' }, first)
    expect(texts()).toEqual(['Who?'])
  })

  test('takes nothing from the screen where it cannot be shown', async () => {
    telegram.fault({ slow: 1 }, { method: 'sendMessage' })
    telegram.fault({ refuse: REFUSALS.internal() }, { method: 'sendMessage' })
    await show('Who?', picking('Who?'))
    expect(texts()).toEqual(['Who?'])
  })
})

describe('what cannot be shown', () => {
  test.each([
    ['blocked', REFUSALS.blocked()],
    ['deactivated', REFUSALS.deactivated()],
    ['never started', REFUSALS.neverStarted()],
    ['not found', REFUSALS.noChat()],
    ['a peer that is not known', REFUSALS.peer()],
    ['kicked', REFUSALS.kicked()],
    ['without rights', REFUSALS.noRights()],
  ])('the chat is %s', async (_what, refuse) => {
    telegram.fault({ refuse })
    expect(await platform.show(showing('one'))).toEqual({ kind: 'not-shown', why: 'unreachable' })
  })

  test('the message is gone, or too old to be changed', async () => {
    const gone = await show('one')
    ann.deletes(ann.sees()[0]!)
    expect(await platform.show(showing('two', { inPlaceOf: gone }))).toMatchObject({ why: 'gone' })
    const old = await show('one')
    telegram.freeze(ann.sees()[0]!)
    expect(await platform.show(showing('two', { inPlaceOf: old }))).toMatchObject({ why: 'gone' })
  })

  test('it is wrong, which is logged without what Telegram repeats of it', async () => {
    telegram.fault({ refuse: REFUSALS.buttonUrl('https://passalong.example.org/link/secret') })
    expect(await platform.show(showing('one'))).toMatchObject({ why: 'unreachable' })
    expect(logged.join()).toMatch(/button URL … is invalid/)
    expect(logged.join()).not.toContain('secret')
    telegram.takeViolations()
  })

  test('it is for one person of a group', async () => {
    const user = { platform: 'telegram', connection: 'default', id: String(ann.id) } as never
    const chat = { id: '-5', kind: 'group' } as const
    expect(await platform.show(showing('one', { chat, onlyFor: user }))).toEqual({
      kind: 'not-shown',
      why: 'private-needed',
    })
    expect(await platform.privateChat(user)).toEqual({ id: String(ann.id), kind: 'private' })
  })
})

describe('later', () => {
  test('is what Telegram says that it is, and others wait as well', async () => {
    telegram.fault({ refuse: REFUSALS.tooManyRequests(7) })
    expect(await platform.show(showing('one'))).toEqual({ kind: 'later', retryAfterMs: 7_000 })
    expect(paused).toEqual([[String(ann.id), 7_000]])
  })

  test('is what the rates say that it is, sooner for what nobody waits for', async () => {
    waitMs = (what) => (what === 'edit' ? 500 : 0)
    expect(await platform.show(showing('one'))).toMatchObject({ kind: 'shown' })
    expect(await yielding.show(showing('one'))).toEqual({ kind: 'later', retryAfterMs: 500 })
  })

  test.each([
    ['Telegram fails', { refuse: REFUSALS.internal() }],
    ['something before it answers', { html: 502 }],
    ['the way is cut', { cut: 'before' as const }],
    ['the token is refused', { refuse: REFUSALS.unauthorized() }],
  ])('it may go where %s', async (_what, fault) => {
    telegram.fault(fault)
    expect(await platform.show(showing('one'))).toMatchObject({ kind: 'later' })
    expect(paused).toEqual([])
  })
})

test('a group is followed to its new id, from then on', async () => {
  const group = telegram.group('Family')
  const next = group.upgrades()
  const chat = { id: String(group.id), kind: 'group' } as const
  const message = await show('one', { chat })
  await show('two', { chat, inPlaceOf: message })
  await platform.settle(chat, message)
  expect(ann.sees(next).map(({ text }) => text)).toEqual(['two'])
  expect(telegram.requests.filter(({ params }) => params.chat_id === chat.id)).toHaveLength(1)
})

test('one comes to the bot by its name, once Telegram has told it', async () => {
  expect(platform.startUrl('abc')).toBe('https://t.me/passalong_bot?start=abc')
  expect(platform.writeCommand('share')).toBe('/share')
})
