import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TelegramUser } from '../../../services/telegram-api/telegram-api.ts'
import { type BotWorld, startBotWorld } from '../bot-world.ts'

let world: BotWorld
let ann: TelegramUser

beforeEach(async () => {
  world = await startBotWorld()
  ann = await world.linked()
  world.begin()
})
afterEach(() => world.close())

/** The text that a result sends, and its link. */
function sentBy(answer: Awaited<ReturnType<TelegramUser['asks']>>, at = 0) {
  const result = answer.results[at]
  if (result?.type !== 'article' || !('message_text' in result.input_message_content))
    throw new Error('no text')
  const text = String(result.input_message_content.message_text)
  return { text, link: /https:\/\/passalong\.example\.org\/r\/\w+/.exec(text)?.[0] ?? '' }
}

const shares = async () =>
  (await world.engine.sharing.list(world.ann, { limit: 10, cursor: null })).items

describe('a link that is written behind the bot’s name', () => {
  test('is offered as a message with a link of its own, which is a share once it is sent on', async () => {
    const query = 'https://example.org/a have a look'
    const answer = await ann.asks(query)
    expect(answer).toMatchObject({ is_personal: true, cache_time: 1 })
    const { text, link } = sentBy(answer)
    expect(text).toContain('have a look')
    expect(link).not.toBe('')
    expect(await shares()).toEqual([])
    ann.chooses(answer, query)
    await world.telegram.idle()
    expect(await shares()).toMatchObject([{ share: { target: { url: 'https://example.org/a' } } }])
  })

  test('is the same one while nothing else is asked, and another once it was sent on', async () => {
    const query = 'https://example.org/a'
    const first = await ann.asks(query)
    expect(sentBy(await ann.asks(query))).toEqual(sentBy(first))
    ann.chooses(first, query)
    await world.telegram.idle()
    expect(sentBy(await ann.asks(query)).link).not.toBe(sentBy(first).link)
  })

  test('is answered once for all who write on without a rest', async () => {
    const letters = ['https://example.org/a', 'https://example.org/ab', 'https://example.org/abc']
    void ann.asks(letters[0]!)
    void ann.asks(letters[1]!)
    const answer = await ann.asks(letters[2]!)
    expect(answer.results).toHaveLength(1)
    expect(
      world.telegram.requests.filter(({ method }) => method === 'answerInlineQuery'),
    ).toHaveLength(1)
  })

  test('is refused in a line where it may not be shared', async () => {
    const answer = await ann.asks('http://10.0.0.1/x')
    expect(answer.results).toEqual([])
    expect(answer.button).toMatchObject({ start_parameter: 'share' })
  })
})

test('words without a link offer nothing', async () => {
  expect(await ann.asks('have a look')).toMatchObject({ results: [] })
})

test('whoever acts for no account is shown the way to one, which is a command', async () => {
  const bob = world.telegram.user({ first_name: 'Bob', language_code: 'zh-hans' })
  const { results, button } = await bob.asks('https://example.org/a')
  expect(results).toEqual([])
  expect(button).toEqual({ text: '请先关联您的账号', start_parameter: 'link' })
})

describe('what waits for somebody', () => {
  /** A share to somebody who never came. */
  async function waiting() {
    const share = await world.share(['telegram:@nobody_yet'], { note: 'for you' })
    const { deliveries } = await world.settled(
      share.id,
      ({ deliveries: [one] }) => one?.state === 'waiting',
    )
    return { id: share.id, delivery: deliveries[0]!.id }
  }

  test('is passed on by hand with its own link, and counts as sent once it was', async () => {
    const { id, delivery } = await waiting()
    const query = `#${delivery}`
    const answer = await ann.asks(query)
    expect(sentBy(answer)).toMatchObject({
      text: expect.stringContaining('for you'),
      link: expect.stringContaining('/r/'),
    })
    ann.chooses(answer, query)
    const share = await world.settled(id, ({ deliveries: [one] }) => one?.state === 'accepted')
    expect(share.deliveries[0]?.via).toBe('carry')
  })

  test('is not shown to others', async () => {
    const { delivery } = await waiting()
    const bob = world.telegram.user({ first_name: 'Bob' })
    const other = await world.engine.accounts.create({
      username: 'bob',
      password: 'correct horse battery',
    })
    const user = {
      platform: 'telegram',
      connection: 'default',
      id: String(bob.id),
      handle: null,
      name: 'Bob',
    }
    await world.store.identities.link(user as never, other.id, null)
    expect(await bob.asks(`#${delivery}`)).toMatchObject({ results: [] })
  })
})

test('what somebody made up as chosen means nothing', async () => {
  for (const result_id of ['x', 'offer:x', 'pass:x', 'offer:AAAAAAAAAAAAAAAAA']) {
    world.telegram.push('chosen_inline_result', { result_id, from: ann.user, query: 'x' })
  }
  await world.telegram.idle()
  expect(await shares()).toEqual([])
  expect(world.logged).toEqual([])
})
