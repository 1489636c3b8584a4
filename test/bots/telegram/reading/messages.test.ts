import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TelegramGroup, TelegramUser } from '../../../services/telegram-api/telegram-api.ts'
import { type Reader, startReader } from './reader.ts'

let reader: Reader
let ann: TelegramUser
let bob: TelegramUser
let family: TelegramGroup

beforeAll(async () => {
  reader = await startReader()
})
afterAll(() => reader.telegram.close())
beforeEach(() => {
  const { telegram } = reader
  ann = telegram.user({
    first_name: 'Ann',
    last_name: 'Lee',
    username: 'annlee',
    language_code: 'en',
  })
  bob = telegram.user({ first_name: 'Bob', language_code: 'zh-hans' })
  family = telegram.group('Family')
})

/** What the links of a content cover in its text. */
const covered = ({
  text,
  links,
}: {
  text: string
  links: readonly { at: number; length: number }[]
}) => links.map(({ at, length }) => text.slice(at, at + length))

describe('who it is', () => {
  test('goes by id, and shows their name and handle', () => {
    const { user, chat, locale, id, at } = reader.event(ann.says('hello').update)
    expect(user).toEqual({
      platform: 'telegram',
      connection: 'default',
      id: String(ann.id),
      handle: 'annlee',
      name: 'Ann Lee',
    })
    expect({ chat, locale }).toEqual({
      chat: { id: String(ann.id), kind: 'private' },
      locale: 'en',
    })
    expect(id).toMatch(/^\d+$/)
    expect(Math.abs(at - Date.now())).toBeLessThan(60_000)
  })

  test('may have no handle, and speak Chinese', () => {
    expect(reader.event(bob.says('你好').update)).toMatchObject({
      user: { handle: null, name: 'Bob' },
      locale: 'zh-CN',
    })
  })

  test('shows nothing that would break a line or hide', () => {
    const eve = reader.telegram.user({ first_name: 'E\u202eve\n', last_name: '\u200b' })
    expect(reader.event(eve.says('hello').update).user.name).toBe('Eve')
  })

  test('is nobody where a bot or a whole group writes', () => {
    const other = reader.telegram.user({ first_name: 'Other', is_bot: true })
    expect(reader.read(other.says('/share@passalong_bot x', { in: family }).update).kind).toBe(
      'ignored',
    )
    const anonymous = ann.sends({ text: 'x', sender_chat: family.gathering.chat }, { in: family })
    expect(reader.read(anonymous.update).kind).toBe('ignored')
  })
})

describe('what was said', () => {
  test('has its links where they stand, in UTF-16 units, those behind words too', () => {
    const { update } = ann.says([
      '👨‍👩‍👧 look: https://example.org/a and ',
      { text: 'this 😀', url: 'https://example.org/b' },
      ' at example.org/c',
    ])
    const { content } = reader.intent('said', update)
    expect(content.links.map(({ url }) => url)).toEqual([
      'https://example.org/a',
      'https://example.org/b',
      'https://example.org/c',
    ])
    expect(covered(content)).toEqual(['https://example.org/a', 'this 😀', 'example.org/c'])
  })

  test('has links that end where Chinese goes on', () => {
    const { content } = reader.intent(
      'said',
      ann.says('看看https://example.org/a，写得不错').update,
    )
    expect(covered(content)).toEqual(['https://example.org/a'])
  })

  test('under a picture is said as well', () => {
    const { content } = reader.intent('said', ann.showsPhoto('https://example.org/a').update)
    expect(content).toMatchObject({ text: 'https://example.org/a', links: [{ at: 0, length: 21 }] })
  })

  test('may be a number to call', () => {
    const { content } = reader.intent('said', ann.says('call +86 10 1234 5678').update)
    expect(content.links).toEqual([{ url: 'tel:+861012345678', at: 5, length: 16 }])
  })

  test('is no link where it leads to no page', () => {
    const { update } = ann.says([
      { text: 'Bob', url: 'tg://user?id=5' },
      ' ',
      { text: 'x', url: 'ftp://a.example/x' },
    ])
    expect(reader.intent('said', update).content.links).toEqual([])
  })

  test('names people without a handle by their id', () => {
    const { content } = reader.intent(
      'said',
      ann.says(['for ', { text: 'Bobby', user: bob.user }, ' and @carol']).update,
    )
    expect(content.mentions).toEqual([
      { recipient: `telegram:${bob.id}`, name: 'Bob', at: 4, length: 5 },
    ])
  })

  test('may answer another message', () => {
    const first = ann.says('see https://example.org/a')
    const { content } = reader.intent('said', ann.says('this', { replyTo: first.message }).update)
    expect(content.repliesTo).toEqual({
      text: 'see https://example.org/a',
      links: [{ url: 'https://example.org/a', at: 4, length: 21 }],
      forwarded: null,
    })
  })

  test('may answer what stands in another chat, of which a part is quoted', () => {
    const quote = { text: 'https://example.org/a', position: 0 }
    const { content } = reader.intent('said', ann.sends({ text: 'this', quote }).update)
    expect(content.repliesTo).toEqual({
      text: 'https://example.org/a',
      links: [],
      forwarded: null,
    })
  })

  test.each([
    [
      'a user',
      { type: 'user', date: 1, sender_user: { id: 5, is_bot: false, first_name: 'Carl' } },
      'Carl',
      null,
    ],
    ['a hidden user', { type: 'hidden_user', date: 1, sender_user_name: 'Dora' }, 'Dora', null],
    [
      'a group',
      {
        type: 'chat',
        date: 1,
        sender_chat: { id: -5, type: 'supergroup', title: 'Club', username: 'club' },
      },
      'Club',
      null,
    ],
    [
      'a private channel',
      { type: 'channel', date: 1, message_id: 7, chat: { id: -6, type: 'channel', title: 'Ours' } },
      'Ours',
      null,
    ],
    [
      'a public channel',
      {
        type: 'channel',
        date: 1,
        message_id: 7,
        chat: { id: -6, type: 'channel', title: 'News', username: 'news' },
      },
      'News',
      'https://t.me/news/7',
    ],
  ] as const)('may come from %s', (_what, forwardedFrom, from, post) => {
    const { update } = ann.says('https://example.org/a', { forwardedFrom })
    expect(reader.intent('said', update).content.forwarded).toEqual({ from, post })
  })

  test('is no command where somebody else wrote it', () => {
    const forwardedFrom = { type: 'hidden_user', sender_user_name: 'Mallory', date: 1 } as const
    const { update } = ann.says('/unlink', { forwardedFrom })
    expect(reader.intent('said', update).content.text).toBe('/unlink')
  })

  test('is nothing where a picture has no words, or of an album', () => {
    expect(reader.intent('said', ann.showsPhoto('').update).content.text).toBe('')
    expect(reader.read(ann.showsPhoto('', { album: 'a' }).update).kind).toBe('ignored')
  })

  test('is not what Telegram says of the chat', () => {
    expect(reader.read(ann.sends({ new_chat_title: 'Kin' }, { in: family }).update).kind).toBe(
      'ignored',
    )
  })

  test('may be changed, and is the same message', () => {
    const said = ann.says('https://example.org/a')
    const { content } = reader.intent('edited', ann.edits(said, 'https://example.org/b').update)
    expect(content).toMatchObject({
      text: 'https://example.org/b',
      message: String(said.message.message_id),
    })
  })
})

describe('a command', () => {
  test('is followed by what it is about', () => {
    const intent = reader.intent(
      'command',
      ann.says('/share  https://example.org/a @bob -- look').update,
    )
    expect(intent).toMatchObject({
      command: 'share',
      content: { text: 'https://example.org/a @bob -- look', links: [{ at: 0, length: 21 }] },
    })
  })

  test.each([
    ['/Share x', 'share'],
    ['/passalong x', 'share'],
    ['/help@Passalong_Bot', 'help'],
  ])('%s is one of ours', (text, command) => {
    expect(reader.intent('command', ann.says(text).update).command).toBe(command)
  })

  test('that we do not have is named', () => {
    expect(reader.intent('unknown-command', ann.says('/dance').update).name).toBe('dance')
  })

  test('is one only where it comes first', () => {
    expect(reader.intent('said', ann.says('write /share').update).kind).toBe('said')
  })

  test('that is changed stays without its name', () => {
    const { update } = ann.edits(ann.says('/share x'), '/share https://example.org/b')
    expect(reader.intent('edited', update).content.text).toBe('https://example.org/b')
  })

  test('is /start with what its link said', () => {
    expect(reader.intent('started', ann.starts('abc_-9').update).payload).toBe('abc_-9')
    expect(reader.intent('started', ann.starts().update).payload).toBeNull()
  })

  test('may be what a link leads to', () => {
    expect(reader.intent('command', ann.starts('link').update).command).toBe('link')
  })

  test.each(['unlink', 'resume', 'stop', 'cancel'])(
    'is never /%s, since anybody can write a link to it',
    (command) => {
      expect(reader.intent('started', ann.starts(command).update).payload).toBe(command)
    },
  )
})

describe('in a group', () => {
  const read = (text: string, more: object = {}) =>
    reader.read(ann.says(text, { in: family, ...more }).update)

  test('commands of ours are for us', () => {
    expect(read('/share x')).toMatchObject({
      event: { chat: { kind: 'group', id: String(family.id) } },
    })
    expect(read('/share@passalong_bot x').kind).toBe('event')
    expect(read('/dance@passalong_bot').kind).toBe('event')
  })

  test('answers to us are for us', async () => {
    const said = {
      message_id: 999,
      date: 1,
      chat: family.gathering.chat,
      from: reader.telegram.bot,
      text: 'Hello',
    }
    expect(read('and this', { replyTo: said }).kind).toBe('event')
  })

  test.each(['hello', 'https://example.org/a', '/dance', '/share@other_bot x'])(
    '%s is not',
    (text) => {
      expect(read(text).kind).toBe('ignored')
    },
  )

  test('a start is a command like any other', () => {
    expect(read('/start@passalong_bot')).toMatchObject({
      event: { intent: { kind: 'command', command: 'start' } },
    })
  })

  test('answers to others are not, changed or not', () => {
    const others = bob.says('hello', { in: family })
    const said = ann.says('hello', { in: family, replyTo: others.message })
    expect(reader.read(said.update).kind).toBe('ignored')
    expect(reader.read(ann.edits(said, 'https://example.org').update).kind).toBe('ignored')
  })
})

describe('people are chosen', () => {
  test('by a contact, whose number is international with a plus or without', () => {
    const contact = { phone_number: '86 138-0013-8000', first_name: 'Carl', last_name: 'Doe' }
    expect(reader.intent('picked', ann.sendsContact(contact).update).people).toEqual([
      { recipient: '+8613800138000', name: 'Carl Doe' },
    ])
  })

  test('by a contact whose number is kept as its country dials it', () => {
    const contact = { phone_number: '089 1234567', first_name: 'Carl' }
    expect(reader.intent('picked', ann.sendsContact(contact).update).people).toEqual([
      { recipient: '0891234567', name: 'Carl' },
    ])
  })

  test('by Telegram’s picker', () => {
    const users_shared = {
      request_id: 1,
      users: [{ user_id: bob.id, first_name: 'Bob' }, { user_id: 8 }],
    }
    expect(reader.intent('picked', ann.sends({ users_shared }).update).people).toEqual([
      { recipient: `telegram:${bob.id}`, name: 'Bob' },
      { recipient: 'telegram:8', name: null },
    ])
  })
})
