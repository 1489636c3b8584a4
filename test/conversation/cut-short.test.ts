import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { addressOfUser } from '#core/identity.ts'
import type { ChatEvent } from '#ports/bot-platform.ts'
import { contentOf, startTalk, type Talk, userNamed } from '#test/fixtures/chat/talk.ts'

let talk: Talk
let ending: AbortController

beforeEach(async () => {
  talk = await startTalk()
  ending = new AbortController()
  void talk.process().follow(talk.bot.platform, ending.signal)
})
afterEach(() => {
  ending.abort()
  return talk.close()
})

const saidBy = (text: string): ChatEvent => talk.event({ kind: 'said', content: contentOf(text) })
const command = (name: 'contacts' | 'notes', text: string): ChatEvent =>
  talk.event({ kind: 'command', command: name, content: contentOf(text) })

/** The process is gone after what the event does and before it is remembered; the platform sends it once more. */
async function cutShort(event: ChatEvent): Promise<void> {
  const save = () => Promise.reject(new Error('killed'))
  const killed = talk.process({ conversations: { save } })
  await expect(killed.handle(talk.bot.platform, event)).rejects.toThrow('killed')
  await talk.process().handle(talk.bot.platform, event)
}

async function send(recipient: string): Promise<void> {
  await talk.say(`https://example.org/a ${recipient} -- look`)
  await talk.press('Send')
}

async function later(): Promise<void> {
  talk.world.advance(12_000)
  await talk.world.quiet()
}

describe('an event that was cut short after it had done its work, and comes again', () => {
  test('says that a retried delivery goes its way', async () => {
    talk.world.fates.set('bob@example.org', {
      kind: 'permanent',
      reason: 'no_such_recipient',
      detail: '',
      suppress: false,
    })
    await send('bob@example.org')
    await later()
    talk.world.fates.delete('bob@example.org')
    await cutShort(talk.pressOf('Send to bob@example.org again'))
    expect(talk.last()).not.toContain('again')
    await later()
    expect(talk.last()).toContain('✓ bob@example.org: Sent')
  })

  test('says that what was undone was taken back, and goes on with it', async () => {
    await send('bob@example.org')
    const undo = talk.pressOf('Undo')
    await cutShort(undo)
    const shown = talk.bot.messages.map(({ screen }) =>
      screen.body.map(({ text }) => text).join(''),
    )
    expect(shown.join('\n')).toContain('Cancelled')
    expect((await talk.state()).draft?.people.map(({ as }) => as)).toEqual(['bob@example.org'])
  })

  test('shows the contact that it added', async () => {
    await cutShort(command('contacts', 'add Bob Lee: bob@example.org'))
    expect(talk.last()).toContain('Bob Lee')
    expect(talk.last()).toContain('bob@example.org')
  })

  test('shows the book without the contact that it removed', async () => {
    await talk.process().handle(talk.bot.platform, command('contacts', 'add Bob: bob@example.org'))
    await cutShort(talk.pressOf('Remove'))
    expect(talk.last()).toContain('Nobody is in your book yet.')
  })

  test('keeps a note once', async () => {
    await cutShort(command('notes', 'add read this'))
    const notes = await talk.world.engine.contacts.notes(talk.world.ann.id)
    expect(notes.filter((note) => note === 'read this')).toHaveLength(1)
  })

  test('says that the chat was linked by the PIN, and goes on with what was begun', async () => {
    const { linking } = talk.world.engine
    await linking.unlink(talk.ann, talk.world.ann.id, 'chat')
    await talk.say('https://example.org/a bob@example.org')
    const url = talk.bot.messages
      .at(-1)
      ?.screen.buttons.flat()
      .flatMap((button) => (button.kind === 'url' ? [button.url] : []))[0]
    const { pin } = await linking.agreeOnPage(url?.split('/').at(-1) ?? '', talk.world.ann)
    await cutShort(saidBy(pin))
    const [words, card] = talk.bot.messages.slice(-2)
    expect(words?.screen.body.map(({ text }) => text).join('')).toBe('You share as Ann (ann).')
    expect(card?.screen.buttons.flat().map(({ label }) => label)).toContain('Send')
  })

  test('tells whoever came by an invitation that it is on its way to them', async () => {
    const { engine, store, ann } = talk.world
    const { share } = await engine.sharing.accept(
      ann,
      { url: 'https://example.org/a', recipients: ['telegram:@bob'] },
      { frontEnd: 'web', locale: 'en' },
    )
    await later()
    const [delivery] = share.deliveries
    const invitation = await engine.reaching.invite(ann, delivery?.id ?? '')
    const bob = userNamed('Bob', '200')
    await engine.reaching.met(bob, { chat: '200' })
    const chat = { id: '200', kind: 'private' } as const
    await cutShort(talk.event({ kind: 'started', payload: invitation }, { user: bob, chat }))
    const texts = talk.bot.messages.map(({ screen }) =>
      screen.body.map(({ text }) => text).join(''),
    )
    expect(texts).toContain('What Ann shared is on its way to you, or here already.')
    expect((await store.deliveries.ofShare(share.id))[0]?.address).toEqual(addressOfUser(bob))
  })
})
