import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  REFUSALS,
  type TelegramGroup,
  type TelegramUser,
} from '../../services/telegram-api/telegram-api.ts'
import { type BotWorld, startBotWorld } from './bot-world.ts'

const LINE = '/share https://example.org/a bob@example.org -- look'
const QUIET_MS = 300

let world: BotWorld
let ann: TelegramUser
let family: TelegramGroup

beforeEach(async () => {
  world = await startBotWorld()
  ann = await world.linked()
  family = world.telegram.group('Family')
  world.begin()
})
afterEach(() => world.close())

async function settled(): Promise<void> {
  await world.telegram.idle()
  await sleep(QUIET_MS)
}

const lastWords = (user: TelegramUser, group?: TelegramGroup): string =>
  user.sees(group).at(-1)?.text ?? ''

describe('a share that was begun in a group', () => {
  test('goes on in the private chat for who comes there by the button', async () => {
    ann.says(LINE, { in: family })
    await ann.reads('I answer this between the two of us', family)
    const url = new URL(ann.opens('Open the chat', { in: family }))
    ann.starts(url.searchParams.get('start') ?? '')
    await settled()
    expect(lastWords(ann)).toContain('bob@example.org')
  })

  test('goes on after linking for who was nobody yet', async () => {
    const eve = world.telegram.user({ first_name: 'Eve', username: 'eve' })
    eve.says(LINE, { in: family })
    await eve.reads('I answer this between the two of us', family)
    const url = new URL(eve.opens('Open the chat', { in: family }))
    eve.starts(url.searchParams.get('start') ?? '')
    await eve.reads('What you began is kept')
    const who = { platform: 'telegram', connection: 'default', id: String(eve.id) }
    await world.store.identities.link(
      { ...who, handle: 'eve', name: 'Eve' } as never,
      world.ann.id,
      null,
    )
    eve.starts()
    await settled()
    expect(lastWords(eve)).toContain('bob@example.org')
  })

  test('tells the group nothing of a link that was pasted in the private chat', async () => {
    ann.starts()
    ann.says('/share bob@example.org', { in: family })
    await ann.reads('What shall be shared?')
    ann.says('https://secret.example.org/private-thing')
    await ann.reads('bob@example.org')
    await ann.presses('Send')
    await settled()
    expect(ann.transcript(family)).not.toContain('secret.example.org')
  })

  test('is told of in the topic where it was begun', async () => {
    ann.starts()
    const entities = [{ type: 'bot_command' as const, offset: 0, length: 6 }]
    const topic = { message_thread_id: 77, is_topic_message: true as const }
    ann.sends({ text: LINE, entities, ...topic }, { in: family })
    await ann.reads('bob@example.org')
    await ann.presses('Send')
    await ann.reads('passed along', family)
    const told = world.telegram.requests.findLast(
      ({ method, params }) =>
        method === 'sendMessage' && String(params.chat_id) === String(family.id),
    )
    expect(told?.params).toMatchObject({ message_thread_id: 77 })
  })

  test('is told of in the group where that topic is gone', async () => {
    ann.starts()
    const entities = [{ type: 'bot_command' as const, offset: 0, length: 6 }]
    const topic = { message_thread_id: 77, is_topic_message: true as const }
    ann.sends({ text: LINE, entities, ...topic }, { in: family })
    await ann.reads('bob@example.org')
    const gone = { refuse: REFUSALS.threadNotFound() }
    world.telegram.fault(gone, { method: 'sendMessage', chat: family.id })
    await ann.presses('Send')
    await ann.reads('passed along', family)
    const told = world.telegram.requests.filter(
      ({ method, params }) => method === 'sendMessage' && Number(params.chat_id) === family.id,
    )
    expect(told.map(({ params }) => params.message_thread_id)).toEqual([77, undefined])
  })

  test('holds up nobody’s private chat while the group must rest', async () => {
    ann.starts()
    ann.says(LINE, { in: family })
    await ann.reads('bob@example.org')
    const rest = { refuse: REFUSALS.tooManyRequests(5) }
    world.telegram.fault(rest, { method: 'sendMessage', chat: family.id })
    void ann.presses('Send').catch(() => undefined)
    await sleep(QUIET_MS)
    ann.says('/whoami')
    await sleep(1_500)
    expect(lastWords(ann)).toContain('You share as')
  })

  test('offers the public post that the command answers', async () => {
    ann.starts()
    const channel = { id: -1_001, type: 'channel' as const, title: 'News', username: 'news' }
    const post = world.telegram
      .user({ first_name: 'Mo' })
      .says('Read https://example.org/a and https://example.org/b', {
        in: family,
        forwardedFrom: { type: 'channel', date: 1, chat: channel, message_id: 7 },
      }).message
    ann.says('/share bob@example.org', { in: family, replyTo: post })
    await ann.reads('There are 2 links in it')
    const labels = ann.sees().at(-1)?.reply_markup?.inline_keyboard.flat() ?? []
    expect(labels.map(({ text }) => text)).toContain('The post itself')
  })
})

test('who gives a command in the name of the group is told to write as themselves', async () => {
  const chat = { id: family.id, type: 'supergroup' as const, title: 'Family' }
  const anonymous = { id: 1_087_968_824, is_bot: true, first_name: 'Group' }
  const entities = [{ type: 'bot_command' as const, offset: 0, length: 6 }]
  const said = { message_id: 900, date: 1, chat, from: anonymous, sender_chat: chat, entities }
  world.telegram.push('message', { ...said, text: LINE })
  world.telegram.push('message', { ...said, message_id: 901, text: 'hello', entities: [] })
  await settled()
  expect(world.telegram.sent().map(({ message }) => message.text)).toEqual([
    expect.stringContaining('in the name of the group'),
  ])
})
