import { afterEach, describe, expect, test } from 'vitest'
import type { Screen } from '#ports/bot-platform.ts'
import { startTalk, type Talk } from '#test/fixtures/chat/talk.ts'
import { until } from '#test/fixtures/engine.ts'

let t: Talk
afterEach(async () => t.close())

/** What every platform takes in one message (Telegram's is the least: 4,096). */
const MAX_TEXT = 4_000
/** Rows of buttons, and all buttons (Slack's blocks, Telegram's keyboards). */
const MAX_ROWS = 25
const MAX_BUTTONS = 50

function fits({ body, buttons }: Screen): void {
  expect(body.map(({ text }) => text).join('').length).toBeLessThan(MAX_TEXT)
  expect(buttons.length).toBeLessThanOrEqual(MAX_ROWS)
  expect(buttons.flat().length).toBeLessThanOrEqual(MAX_BUTTONS)
  for (const { label } of buttons.flat()) expect(label.length).toBeLessThanOrEqual(100)
}

const longMailbox = (n: number): string =>
  `${'a'.repeat(50)}${n}@${'b'.repeat(60)}.${'c'.repeat(60)}.org`
const everywhere = (): void => {
  for (const { screen, before } of t.bot.messages) for (const one of [...before, screen]) fits(one)
}

describe('every screen fits into a message', () => {
  test('with the longest title, note, names and lists', async () => {
    t = await startTalk()
    const url = `https://example.org/${'x'.repeat(1_900)}`
    t.world.pages.set(url, 'T'.repeat(300))
    const people = Array.from({ length: 300 }, (_, n) => longMailbox(n))
    const nobody = Array.from({ length: 60 }, (_, n) => `Nobody${'z'.repeat(60)}${n}`)
    await t.say(url)
    await t.say([...people, ...nobody].join(', '))
    await t.say('n'.repeat(2_000))
    await t.press('Later')
    await t.say('Europe/Berlin')
    await t.press('Back')
    await t.press('Edit')
    await t.press('Title')
    await t.press('Back')
    for (const one of people) {
      t.world.fates.set(one, {
        kind: 'permanent',
        reason: 'refused',
        detail: 'd'.repeat(500),
        suppress: false,
      })
    }
    await t.press('Send')
    const end = new AbortController()
    void t.process().follow(t.bot.platform, end.signal)
    t.world.advance(11_000)
    await until(async () => (t.last().includes('300 not reached') ? true : undefined))
    end.abort()
    await t.press('Each of them')
    await t.press('2 ›')
    everywhere()
  })

  test('with many links', async () => {
    t = await startTalk()
    const links = Array.from(
      { length: 90 },
      (_, n) => `https://example.org/${n}/${'y'.repeat(100)}`,
    )
    await t.say(links.join(' '))
    await t.press('All')
    await t.say('bob@example.org')
    everywhere()
  })

  test('with a full book and many notes', async () => {
    t = await startTalk()
    const { contacts } = t.world.engine
    for (let n = 0; n < 60; n++) {
      const name = `${'N'.repeat(50)} ${n}`
      await contacts.create(t.world.ann.id, { kind: 'person', name, addresses: [longMailbox(n)] })
    }
    const notes = Array.from({ length: 50 }, (_, n) => `${n} ${'w'.repeat(1_900)}`)
    await contacts.setNotes(t.world.ann.id, notes)
    for (const command of ['contacts', 'notes', 'help', 'history'] as const) {
      const content = {
        ...{ text: '', links: [], mentions: [], forwarded: null, repliesTo: null, message: null },
      }
      await t.process().handle(t.bot.platform, t.event({ kind: 'command', command, content }))
    }
    await t.say('https://example.org/a')
    await t.press('Contacts')
    await t.press('2 ›')
    await t.say('bob@example.org')
    everywhere()
  })
})
