import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PlatformUser } from '#core/identity.ts'
import { createBareBot } from '#test/fixtures/chat/bare-bot.ts'
import { startTalk, type Talk, userNamed } from '#test/fixtures/chat/talk.ts'
import { until } from '#test/fixtures/engine.ts'

let talk: Talk
let invitation: string
const ending = new Set<AbortController>()
const robert = userNamed('Robert', '300')

beforeEach(async () => {
  talk = await startTalk()
  const { engine, ann } = talk.world
  const { share } = await engine.sharing.accept(
    ann,
    { url: 'https://example.org/a', recipients: ['telegram:@bob'] },
    { frontEnd: 'web', locale: 'en' },
  )
  const delivery = share.deliveries[0]?.id ?? ''
  await until(async () => {
    const [one] = (await engine.sharing.get(ann, share.id)).deliveries
    return one?.state === 'waiting' || undefined
  })
  invitation = await engine.reaching.invite(ann, delivery)
})
afterEach(async () => {
  for (const one of ending) one.abort()
  ending.clear()
  await talk.close()
})

/** A process that looks after the bot. */
function follow(bot = talk.bot): AbortController {
  const end = new AbortController()
  ending.add(end)
  void talk.process().follow(bot.platform, end.signal)
  return end
}

async function comes(user: PlatformUser): Promise<void> {
  const { reaching } = talk.world.engine
  await reaching.met(user, { chat: user.id })
  expect(await reaching.comeBy(invitation, user)).toMatchObject({ kind: 'asked' })
}

const questions = (bot = talk.bot) =>
  bot.messages.filter(({ screen }) =>
    screen.body.some(({ text }) => text.includes('came by your invitation')),
  )
const asked = (count: number, bot = talk.bot) =>
  until(async () => questions(bot).length >= count || undefined)

describe('who came by an invitation while nobody could ask its sender', () => {
  test('is asked about by the next process that looks after the bot, once', async () => {
    await comes(robert)
    expect(questions()).toHaveLength(0)
    const first = follow()
    await asked(1)
    first.abort()
    follow()
    await comes(userNamed('Rob', '301'))
    await asked(2)
    expect(questions()).toHaveLength(2)
  })

  test('is asked about again where the platform had no time for it', async () => {
    await comes(robert)
    talk.bot.answerNext({ kind: 'later', retryAfterMs: 1_000 })
    const first = follow()
    await until(async () => {
      const place = { platform: 'telegram', connection: talk.ann.connection } as const
      const { questions: open } = await talk.world.engine.reaching.unasked(place, { limit: 5 })
      return open.length === 1 || undefined
    })
    first.abort()
    follow()
    await asked(1)
  })

  test('is asked about in each chat of the sender, and the first answer counts', async () => {
    const slack = createBareBot({ platform: 'slack' })
    const there = { ...talk.ann, platform: 'slack' as const, id: 'U1' }
    await talk.world.store.identities.link(there, talk.world.ann.id, null)
    await comes(robert)
    follow()
    follow(slack)
    await asked(1)
    await asked(1, slack)
    await talk.press('Yes, send it to them')
    const press = questions(slack)[0]
      ?.screen.buttons.flat()
      .find(({ label }) => label === 'No')
    if (press?.kind !== 'press') throw new Error('there is no such button')
    const chat = { id: 'with U1', kind: 'private' } as const
    const pressed = { kind: 'pressed', press: press.press, message: '1' } as const
    await talk.process().handle(slack.platform, talk.event(pressed, { user: there, chat }))
    expect(slack.messages[0]?.screen.body[0]?.text).toContain('answered already')
  })
})
