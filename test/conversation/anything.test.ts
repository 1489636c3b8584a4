import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPress } from '#conversation/press.ts'
import { readState } from '#conversation/state/state.ts'
import type { PlatformUser } from '#core/identity.ts'
import { type Button, COMMANDS, type Content, type Intent } from '#ports/bot-platform.ts'
import { privateChatOf, type Standing } from '#test/fixtures/chat/bare-bot.ts'
import { contentOf, startTalk, type Talk, userNamed } from '#test/fixtures/chat/talk.ts'

let t: Talk
beforeAll(async () => {
  t = await startTalk()
  const { contacts } = t.world.engine
  const annLee = { kind: 'person', name: 'Ann Lee', addresses: ['ann@example.org'] } as const
  await contacts.create(t.world.ann.id, annLee)
  await contacts.create(t.world.ann.id, { kind: 'group', name: 'family', members: ['Ann Lee'] })
})
afterAll(async () => t.close())

/** What people write, and what they should not. */
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('https://example.org/a', 'example.net/b?c', 't.me/ann') },
  { weight: 4, arbitrary: fc.constantFrom('bob@example.org', 'bob@gmial.com', '+8613800138000') },
  { weight: 3, arbitrary: fc.constantFrom('@ann', 'ann', 'Zoe', '#family', '#none', 'me', '"') },
  { weight: 3, arbitrary: fc.constantFrom('--', '—', 'hello', '你好', ',', '\n', 'fri 18:30') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('123456', '10086', 'Europe/Berlin', 'http://localhost/'),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
)
const content: fc.Arbitrary<Content> = fc
  .record({
    text: fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
    forwarded: fc.option(
      fc.record({
        from: fc.option(fc.string()),
        post: fc.option(fc.constant('https://example.com/p')),
      }),
      { freq: 5 },
    ),
    message: fc.option(fc.constantFrom('m1', 'm2')),
  })
  .map(({ text, ...more }) => contentOf(text, more))

/** By its number among those that can be pressed; -1: one that was never shown. */
type Step = Intent | { readonly kind: 'presses'; readonly nth: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('said' as const), content }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('presses' as const),
      nth: fc.integer({ min: -1, max: 30 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      command: fc.constantFrom(...COMMANDS),
      content,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('edited' as const),
      command: fc.option(fc.constantFrom(...COMMANDS)),
      content,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('started' as const),
      payload: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Intent>({
      kind: 'picked',
      people: [{ recipient: 'telegram:4711', name: 'Bob "B"' }],
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('unknown-command' as const), name: fc.string() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('passed-on' as const), token: fc.string() }),
  },
)

function pressesOf(messages: readonly Standing[]): readonly string[] {
  const buttons: readonly Button[] = messages.flatMap(({ screen }) => screen.buttons.flat())
  return buttons.flatMap((button) => (button.kind === 'press' ? [button.press] : []))
}

/** The only button that writes to people, beside those under what was sent already. */
const isSend = (press: string): boolean => readPress(press)?.act === 'send'

async function take(user: PlatformUser, one: Step): Promise<void> {
  const chat = privateChatOf(user)
  const presses = pressesOf(t.bot.messages.filter((message) => message.chat === chat.id))
  const press = one.kind === 'presses' ? (presses.at(-1 - one.nth) ?? 'd:12345678:title') : ''
  if (isSend(press)) return
  const intent: Intent = one.kind === 'presses' ? { kind: 'pressed', press, message: null } : one
  await t.process().handle(t.bot.platform, t.event(intent, { user, chat }))
}

async function shares(): Promise<number> {
  const page = { limit: 1, cursor: null }
  return (await t.world.engine.sharing.list(t.world.ann, page)).items.length
}

test('whatever anybody does, nothing breaks, and nothing is sent without Send', async () => {
  let people = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.boolean(),
      async (steps, linked) => {
        people += 1
        const user = userNamed('Ann', `7${people}`)
        if (linked) await t.world.link(user)
        for (const one of steps) await take(user, one)

        const stored = await t.world.store.conversations.load(user)
        if (stored) expect(readState(stored.state)).toEqual(JSON.parse(stored.state))
        const mine = t.bot.messages.filter(({ chat }) => chat === privateChatOf(user).id)
        for (const press of pressesOf(mine)) {
          expect(press).toMatch(/^[!-~]{1,60}$/)
          expect(readPress(press)).not.toBeNull()
        }
        for (const { screen } of mine) {
          expect(screen.body.every(({ text }) => text !== '')).toBe(true)
          expect(screen.body.map(({ text }) => text).join('').length).toBeLessThan(4_000)
        }
        expect(
          mine.filter(({ screen }) => said(screen).includes('went wrong on our side')),
        ).toEqual([])
        expect(await shares()).toBe(0)
      },
    ),
    { numRuns: 60 },
  )
})

function said({ body }: Standing['screen']): string {
  return body.map(({ text }) => text).join('')
}
