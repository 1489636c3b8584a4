import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PlatformUser } from '#core/identity.ts'
import { bareStage } from '#test/fixtures/chat/bare-stage.ts'
import type { Act, ChatStage } from '#test/fixtures/chat/stage.ts'
import { type ChatWorld, openChatWorld } from '#test/fixtures/chat/world.ts'
import { until } from '#test/fixtures/engine.ts'

let world: ChatWorld
let stage: ChatStage
let writer: PlatformUser

beforeEach(async () => {
  world = await openChatWorld()
  stage = await bareStage().open(world, {})
  writer = stage.user('Bob')
  await world.link(writer)
})
afterEach(async () => {
  await stage.close()
  await world.stop()
})

const act = (one: Act, group: string | null = null) =>
  stage.act({ who: writer, act: one, group, answers: null, locale: 'en', unattended: false })
const says = (text: string) => act({ kind: 'says', text })
const presses = (label: string) => act({ kind: 'presses', label, of: null, old: false })
const texts = () => stage.messages().map(({ text }) => text)
const newest = () => stage.messages().at(-1)

async function shareOne(): Promise<void> {
  await says('https://example.org/a carol@example.org -- look')
  await presses('Send')
}

test('of several links, those that went out are told where a later one is refused', async () => {
  const bea = await world.engine.accounts.create(
    { username: 'bea', displayName: 'Bea', password: 'correct horse battery' },
    { messagesPerDay: 1 },
  )
  writer = stage.user('Bea')
  await world.link(writer)
  await says('https://example.org/a https://example.net/b carol@example.org -- look')
  await presses('All 2')
  await presses('Send')
  expect(texts().filter((text) => text.startsWith('example.org/a\nlook'))).toHaveLength(1)
  const rest = stage.messages().find(({ buttons }) => buttons.flat().includes('Send'))
  expect(rest?.text).toContain('example.net/b')
  expect(rest?.text).not.toContain('example.org/a')
  world.advance(25 * 3_600_000)
  await presses('Send')
  const { items } = await world.engine.sharing.list(bea, { limit: 9, cursor: null })
  expect(items.map(({ share }) => share.target.url).sort()).toEqual([
    'https://example.net/b',
    'https://example.org/a',
  ])
})

test('a chat that was unlinked is told no more of what became of a share', async () => {
  await shareOne()
  const account = await world.account('Bob')
  await world.engine.linking.unlink(writer, account.id, 'page')
  await until(async () => texts().find((text) => text.includes('unlinked')))
  const before = stage.messages().map(({ edits }) => edits)
  world.advance(12_000)
  await world.quiet()
  await until(async () => {
    const { items } = await world.engine.sharing.list(account, { limit: 1, cursor: null })
    return (await world.store.conversations.ofShare(items[0]?.share.id as never)).length === 0
      ? true
      : undefined
  })
  expect(stage.messages().map(({ edits }) => edits)).toEqual(before)
})

test('what was written for an account is gone once its page unlinks the chat', async () => {
  await says('https://example.org/a carol@example.org -- look')
  await world.engine.linking.unlink(writer, (await world.account('Bob')).id, 'page')
  await until(async () => texts().find((text) => text.includes('unlinked')))
  await world.store.identities.link(writer, (await world.account('Dora')).id, null)
  await act({ kind: 'starts', payload: null })
  expect(newest()?.text).not.toContain('carol@example.org')
})

test('a message of another chat that is named alike changes nothing of a draft', async () => {
  await says('https://example.org/a carol@example.org -- look')
  await act({ kind: 'edits', text: 'https://example.net/b' }, 'Family')
  expect(texts().join()).not.toContain('example.net')
})

test('of very many links, no more are offered than a platform has buttons for', async () => {
  await says(Array.from({ length: 120 }, (_, n) => `https://example.org/${n}`).join(' '))
  expect(newest()?.buttons.flat().length).toBeLessThan(30)
})

test('whoever cannot be understood, at whatever length, leaves buttons that fit', async () => {
  await says(`https://example.org/a carol@example.org, @${'x'.repeat(1_000)} -- look`)
  const labels = stage.messages().flatMap(({ buttons }) => buttons.flat())
  expect(labels.filter((label) => label.includes('xxx'))).not.toEqual([])
  expect(Math.max(...labels.map((label) => label.length))).toBeLessThan(100)
})
