import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TelegramUser } from '../../../services/telegram-api/telegram-api.ts'
import { NOW, type Reader, startReader } from './reader.ts'

let reader: Reader
let ann: TelegramUser

beforeAll(async () => {
  reader = await startReader()
  ann = reader.telegram.user({ first_name: 'Ann' })
})
afterAll(() => reader.telegram.close())

const last = () => reader.telegram.queue.pending.at(-1) ?? null

function pressing(data: string) {
  const { message } = ann.says('what stands above the button')
  void ann.pressesData(data, message)
  return { message, reading: reader.read(last()) }
}

describe('a press', () => {
  test('is of the message that the button stands under, and waits for its answer', () => {
    const { message, reading } = pressing('d:abcdefgh:send')
    expect(reading).toMatchObject({
      kind: 'pressed',
      query: expect.stringMatching(/^\d+$/),
      event: {
        at: NOW,
        intent: { kind: 'pressed', press: 'd:abcdefgh:send', message: String(message.message_id) },
      },
    })
  })

  test.each([
    ['stop:abc_-1', 'stop'],
    ['only:abc_-1', 'only'],
    ['undo:abc_-1', 'undo'],
  ])('%s is what a recipient wants', (data, choice) => {
    expect(pressing(data).reading).toMatchObject({
      kind: 'consent',
      choice: { choice, token: 'abc_-1' },
    })
  })

  test('of a message that Telegram holds no longer can be answered all the same', () => {
    const chat = { id: ann.id, type: 'private' as const, first_name: 'Ann' }
    const query = { id: '5', from: ann.user, chat_instance: '1' }
    const gone = { chat, message_id: 3, date: 0 as const }
    const old = reader.telegram.push('callback_query', { ...query, message: gone, data: 'm:help' })
    expect(reader.read(old)).toMatchObject({ kind: 'pressed', event: { intent: { message: '3' } } })
    const stop = reader.telegram.push('callback_query', {
      ...query,
      message: gone,
      data: 'stop:abc',
    })
    expect(reader.read(stop)).toMatchObject({ kind: 'consent', choice: { message: undefined } })
    const inline = reader.telegram.push('callback_query', {
      ...query,
      inline_message_id: 'x',
      data: 'm:help',
    })
    expect(reader.read(inline)).toEqual({ kind: 'stale', query: '5' })
  })
})

describe('the bot', () => {
  test('is blocked, and unblocked', () => {
    const from = { user: { id: String(ann.id) }, chat: { id: String(ann.id), kind: 'private' } }
    expect(reader.read(ann.blocks())).toMatchObject({ kind: 'reach', open: false, from })
    expect(reader.read(ann.unblocks())).toMatchObject({ kind: 'reach', open: true, from })
  })

  test('comes to a group, which says nothing of who can be written to', () => {
    const { bot } = reader.telegram
    const update = reader.telegram.push('my_chat_member', {
      chat: reader.telegram.group('Family').gathering.chat,
      from: ann.user,
      date: 1,
      old_chat_member: { user: bot, status: 'left' },
      new_chat_member: { user: bot, status: 'member' },
    })
    expect(reader.read(update).kind).toBe('ignored')
  })
})

test('what is written behind the bot’s name, and what was chosen of it', () => {
  void ann.asks('https://example.org/a look')
  expect(reader.read(last())).toMatchObject({
    kind: 'asked',
    asked: { text: 'https://example.org/a look' },
  })
  const chosen = { result_id: 'offer:abc', from: ann.user, query: 'x' }
  expect(reader.read(reader.telegram.push('chosen_inline_result', chosen))).toMatchObject({
    kind: 'chosen',
    chosen: { result: 'offer:abc', user: { id: String(ann.id) } },
  })
})

test('kinds of updates that are not known mean nothing', () => {
  expect(reader.read({ update_id: 1, something_new: { id: 1 } } as never)).toEqual({
    kind: 'ignored',
  })
  expect(reader.read({ update_id: 2 })).toEqual({ kind: 'ignored' })
})
