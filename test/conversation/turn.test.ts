import { afterEach, describe, expect, test } from 'vitest'
import { refusal } from '#core/refusal.ts'
import type { BareBot } from '#test/fixtures/chat/bare-bot.ts'
import { contentOf, startTalk, type Talk, userNamed } from '#test/fixtures/chat/talk.ts'

let t: Talk
afterEach(async () => t.close())

const LINE = 'https://example.org/a bob@example.org -- look'

async function shares(): Promise<number> {
  const { items } = await t.world.engine.sharing.list(t.world.ann, { limit: 50, cursor: null })
  return items.length
}

const away = () => refusal('unavailable', 'refusal.store_away')

describe('an event that comes again', () => {
  test('after a crash between sending and storing sends nothing more', async () => {
    t = await startTalk()
    await t.say(LINE)
    const send = t.pressOf('Send')
    let saves = 0
    const crashing = t.process({
      conversations: {
        save: async () => {
          saves += 1
          throw away()
        },
      },
    })
    await expect(crashing.handle(t.bot.platform, send)).rejects.toThrow()
    expect([saves, await shares()]).toEqual([1, 1])
    const handled = await t.process().handle(t.bot.platform, send)
    expect(handled.shares).toHaveLength(1)
    expect(await shares()).toBe(1)
    expect(t.last()).toContain('Goes out at')
  })

  test('after a crash between storing and showing is shown', async () => {
    t = await startTalk()
    const event = t.event({ kind: 'said', content: contentOf(LINE) })
    const dying = {
      ...t.bot.platform,
      show: async () => {
        throw new Error('the process dies')
      },
    }
    await expect(t.process().handle(dying, event)).rejects.toThrow()
    expect(t.bot.messages).toHaveLength(0)
    await t.process().handle(t.bot.platform, event)
    expect(t.last()).toContain('bob@example.org (email)')
    await t.process().handle(t.bot.platform, event)
    expect(t.bot.messages).toHaveLength(1)
  })

  test('does not what it did before, however many came since', async () => {
    t = await startTalk()
    await t.say(LINE)
    const send = t.pressOf('Send')
    const process = t.process()
    await process.handle(t.bot.platform, send)
    for (let n = 0; n < 20; n++) await t.say('hello')
    const before = t.bot.messages.length
    expect(await process.handle(t.bot.platform, send)).toMatchObject({ shares: [] })
    expect([await shares(), t.bot.messages.length]).toEqual([1, before])
  })
})

describe('two processes', () => {
  test('that are told of the same press send one share', async () => {
    t = await startTalk()
    await t.say(LINE)
    const send = t.pressOf('Send')
    const all = [t.process(), t.process()].map((one) => one.handle(t.bot.platform, send))
    await Promise.all(all)
    expect(await shares()).toBe(1)
  })

  test('that answer two events at once forget neither', async () => {
    t = await startTalk()
    await t.say('https://example.org/a')
    const names = ['bob', 'carol', 'dave', 'erin']
    await Promise.all(
      names.map((name) => {
        const people = [{ recipient: `${name}@example.org`, name: null }]
        return t.process().handle(t.bot.platform, t.event({ kind: 'picked', people }))
      }),
    )
    const { draft } = await t.state()
    expect(draft?.people.map(({ as }) => as).sort()).toEqual(names.map((n) => `${n}@example.org`))
  })
})

describe('one process', () => {
  test('answers one person’s events in order, and others beside them', async () => {
    t = await startTalk()
    const [bob, order]: [ReturnType<typeof userNamed>, string[]] = [userNamed('Bob', '200'), []]
    await t.world.link(bob)
    let letGo = (): void => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const slow = {
      ...t.bot.platform,
      show: async (showing: Parameters<BareBot['platform']['show']>[0]) => {
        const { id } = showing.chat
        if (order.length === 0 && id === 'with 100') await held
        order.push(id)
        return t.bot.platform.show(showing)
      },
    }
    const process = t.process()
    const said = (text: string, user = t.ann) =>
      process.handle(
        slow,
        t.event(
          { kind: 'said', content: contentOf(text) },
          { user, chat: { id: `with ${user.id}`, kind: 'private' } },
        ),
      )
    const first = said('https://example.org/a')
    const second = said('bob@example.org')
    await said('hello', bob)
    expect(order).toEqual(['with 200'])
    letGo()
    await Promise.all([first, second])
    expect(order).toEqual(['with 200', 'with 100', 'with 100'])
    expect((await t.state()).draft?.people).toHaveLength(1)
  })

  test('stores nothing for what it does not answer', async () => {
    t = await startTalk()
    const chat = { id: 'family', kind: 'group' } as const
    expect(await t.say('https://example.org/a', { chat })).toMatchObject({ draft: false })
    expect(await t.world.store.conversations.load(t.ann)).toBeNull()
  })
})

describe('what is shown', () => {
  test('stands anew where the message it would change is gone', async () => {
    t = await startTalk()
    await t.say(LINE)
    const edit = t.pressOf('Edit')
    t.bot.answerNext({ kind: 'not-shown', why: 'gone' })
    await t.process().handle(t.bot.platform, edit)
    expect(t.bot.messages).toHaveLength(2)
    expect(t.last()).toContain('What shall be changed?')
  })

  test('waits as long as the platform asks', async () => {
    t = await startTalk()
    t.bot.answerNext({ kind: 'later', retryAfterMs: 20 }, { kind: 'later', retryAfterMs: 20 })
    await t.say('hello')
    expect(t.last()).toContain('Paste a link')
  })

  test('is given up where the platform asks for too long', async () => {
    t = await startTalk()
    t.bot.answerNext({ kind: 'later', retryAfterMs: 3_600_000 })
    await t.say('hello')
    expect(t.bot.messages).toHaveLength(0)
  })

  test('in a group is asked into the private chat where that cannot be written to', async () => {
    t = await startTalk()
    t.bot.answerNext({ kind: 'not-shown', why: 'unreachable' })
    const chat = { id: 'family', kind: 'group' } as const
    const content = contentOf(LINE)
    const share = t.event({ kind: 'command', command: 'share', content }, { chat })
    await t.process().handle(t.bot.platform, share)
    expect(t.bot.messages.map((one) => one.chat)).toEqual(['family'])
    expect(t.last()).toBe('I answer this between the two of us. Open our private chat first.')
    expect((await t.state()).draft?.urls).toEqual(['https://example.org/a'])
  })

  test('is a new message each time where messages cannot be changed', async () => {
    t = await startTalk({ caps: { edits: false } })
    await t.say(LINE)
    await t.press('Edit')
    await t.press('Back')
    expect(t.bot.messages.map(({ edits }) => edits)).toEqual([0, 0, 0])
    const withButtons = t.bot.messages.filter(({ screen }) => screen.buttons.length > 0)
    expect(withButtons.map(({ message }) => message)).toEqual(['3'])
  })
})

describe('what is remembered', () => {
  test('that cannot be read is begun anew', async () => {
    t = await startTalk()
    await t.world.store.conversations.save(t.ann, '{"version":99}', 0)
    await t.say(LINE)
    expect((await t.state()).draft?.urls).toEqual(['https://example.org/a'])
  })

  test('stays small, however long somebody talks', async () => {
    t = await startTalk()
    for (let n = 0; n < 60; n++) {
      await t.say(`https://example.org/${n} p${n}@gmial.com`)
      await t.press(`p${n}@gmial.com is right`)
      await t.press('Cancel')
    }
    const { remembered, seen, sent } = await t.state()
    expect([remembered.length <= 100, seen.length, sent.length]).toEqual([true, 32, 0])
    const stored = await t.world.store.conversations.load(t.ann)
    expect(stored?.state.length).toBeLessThan(20_000)
  })

  test('of how a person looks is told to their account once', async () => {
    t = await startTalk()
    await t.say('hello', { user: { ...t.ann, name: 'Ann Lee' } })
    const [identity] = await t.world.engine.linking.identities(t.world.ann.id)
    expect(identity?.name).toBe('Ann Lee')
  })
})

test('a fault of ours is said, and the conversation goes on', async () => {
  t = await startTalk()
  const { engine } = t.world
  const broken = {
    ...engine,
    sharing: {
      ...engine.sharing,
      recents: async () => {
        throw new TypeError('a bug')
      },
    },
  }
  const event = t.event({ kind: 'said', content: contentOf(LINE) })
  const handled = await t.process({ engine: broken }).handle(t.bot.platform, event)
  expect(handled.refused).toBe(true)
  expect(t.last()).toBe('Something went wrong on our side. Please try once more.')
  await t.say(LINE)
  expect(t.last()).toContain('bob@example.org')
})

test('a refusal says why, and changes nothing', async () => {
  t = await startTalk()
  await t.say(LINE)
  await t.press('Edit')
  await t.press('Note')
  expect(await t.say('x'.repeat(3_000))).toMatchObject({ refused: true, draft: true })
  expect(t.last()).toBe('The note is too long: 2,000 characters at most.')
  expect((await t.state()).draft).toMatchObject({ step: 'note', note: 'look' })
})

test('on another device the card stands anew, and the old one has no buttons more', async () => {
  t = await startTalk()
  const other = { id: 'with 100 elsewhere', kind: 'private' } as const
  await t.say('https://example.org/a')
  await t.say('bob@example.org', { chat: other })
  const open = t.bot.messages.filter(({ screen }) => screen.buttons.length > 0)
  expect(open.map(({ chat }) => chat)).toEqual([other.id])
  await t.press('No words', { chat: other })
  await t.press('Send', { chat: other })
  expect(t.bot.messages).toHaveLength(2)
  expect(await shares()).toBe(1)
})

describe('what opens an account', () => {
  const stored = async (): Promise<string> =>
    (await t.world.store.conversations.load(t.ann))?.state ?? ''

  test('is kept nowhere: not the link to the page', async () => {
    t = await startTalk()
    await t.world.engine.linking.unlink(t.ann, t.world.ann.id, 'chat')
    const event = t.event({ kind: 'said', content: contentOf(LINE) })
    await t.process().handle(t.bot.platform, event)
    const [, secret = ''] = /link\/(\w+)/.exec(JSON.stringify(t.bot.messages)) ?? []
    expect(secret).toHaveLength(32)
    expect(await stored()).not.toContain(secret)
    // So that, when it comes again, it is answered anew.
    await t.process().handle(t.bot.platform, event)
    expect(t.bot.messages).toHaveLength(2)
    expect((await t.state()).draft).toMatchObject({ urls: ['https://example.org/a'], rival: null })
  })

  test('nor the secret of a page, nor its PIN', async () => {
    t = await startTalk()
    const { linking } = t.world.engine
    await linking.unlink(t.ann, t.world.ann.id, 'chat')
    const { secret } = await linking.beginOnPage(t.world.ann, 'telegram')
    await t.process().handle(t.bot.platform, t.event({ kind: 'started', payload: secret }))
    expect(await stored()).not.toContain(secret)
    await t.press('Yes, link')
    const [pin = ''] = /\d{3} \d{3}/.exec(t.last()) ?? []
    expect(pin).toHaveLength(7)
    expect(await stored()).not.toContain(pin)
    await linking.finishOnPage(t.world.ann, pin)
    expect((await linking.accountOf(t.ann))?.id).toBe(t.world.ann.id)
  })
})
