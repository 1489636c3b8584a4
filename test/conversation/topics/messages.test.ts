import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Content } from '#ports/bot-platform.ts'
import { contentOf, startTalk, type Talk } from '#test/fixtures/chat/talk.ts'

let talk: Talk

beforeEach(async () => {
  talk = await startTalk()
})
afterEach(() => talk.close())

const said = (text: string, more: Partial<Content> = {}) =>
  talk
    .process()
    .handle(talk.bot.platform, talk.event({ kind: 'said', content: contentOf(text, more) }))
const edited = (text: string, more: Partial<Content> = {}, command: 'share' | null = null) =>
  talk
    .process()
    .handle(
      talk.bot.platform,
      talk.event({ kind: 'edited', command, content: contentOf(text, more) }),
    )
const shared = (text: string, more: Partial<Content> = {}) =>
  talk
    .process()
    .handle(
      talk.bot.platform,
      talk.event({ kind: 'command', command: 'share', content: contentOf(text, more) }),
    )
const labels = () =>
  (talk.bot.messages.at(-1)?.screen.buttons ?? []).flat().map(({ label }) => label)
const POST = 'https://t.me/news/7'

test('a contact that is sent is kept in the book where somebody for it is asked for', async () => {
  const add = { kind: 'command', command: 'contacts', content: contentOf('add') } as const
  await talk.process().handle(talk.bot.platform, talk.event(add))
  const people = [{ recipient: '+8613800138000', name: 'Bob Lee' }]
  await talk.process().handle(talk.bot.platform, talk.event({ kind: 'picked', people }))
  const [bob] = await talk.world.engine.contacts.list(talk.world.ann.id)
  expect(bob).toMatchObject({ name: 'Bob Lee', addresses: ['+8613800138000'] })
  expect((await talk.state()).draft).toBeNull()
})

test('a message that was answered by a hint begins a share once it has a link', async () => {
  await said('htps:/example bob@example.org', { message: '7' })
  await edited('https://example.org/a bob@example.org', { message: '7' })
  expect(talk.last()).toContain('bob@example.org')
  expect(labels()).toContain('Send')
})

test('the message of what was sent begins nothing more when it is changed', async () => {
  await said('https://example.org/a bob@example.org -- look', { message: '7' })
  await talk.press('Send')
  await edited('https://example.org/b bob@example.org -- look', { message: '7' })
  expect((await talk.state()).draft).toBeNull()
})

test('a command that is changed goes to whom it names then, contacts too', async () => {
  const zoe = { kind: 'person', name: 'Zoe', addresses: ['zoe@example.org'] } as const
  await talk.world.engine.contacts.create(talk.world.ann.id, zoe)
  const repliesTo = { text: 'read https://example.org/a', links: [], forwarded: null }
  await shared('bob@example.org', { message: '7', repliesTo })
  await edited('Zoe', { message: '7', repliesTo }, 'share')
  expect(talk.last()).toContain('zoe@example.org')
  expect(talk.last()).not.toContain('bob@example.org')
})

test('the message of what came beside a draft may change too', async () => {
  await said('https://example.org/a bob@example.org', { message: '7' })
  await said('https://example.org/b', { message: '8' })
  await edited('https://example.org/c', { message: '8' })
  expect(labels()).toContain('Share example.org/c instead')
})

test('a name of the book beside a link is whom it is for, a name among words is a word', async () => {
  const zoe = { kind: 'person', name: 'Zoe', addresses: ['zoe@example.org'] } as const
  await talk.world.engine.contacts.create(talk.world.ann.id, zoe)
  await said('https://example.org/a zoe')
  expect(talk.last()).toContain('zoe@example.org')
  await talk.press('Cancel')
  await said('https://example.org/b is what Zoe wrote')
  expect(talk.last()).not.toContain('zoe@example.org')
})

test('a public post that is forwarded, or answered by a command, is shared itself where it holds no link', async () => {
  const forwarded = { from: 'News', post: POST }
  await said('Big news today', { forwarded })
  expect((await talk.state()).draft?.urls).toEqual([POST])
  await talk.press('Cancel')
  await shared('bob@example.org', { repliesTo: { text: 'Big news', links: [], forwarded } })
  expect((await talk.state()).draft?.urls).toEqual([POST])
})
