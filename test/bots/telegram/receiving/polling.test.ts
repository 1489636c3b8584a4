import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { REFUSALS, type TelegramUser } from '../../../services/telegram-api/telegram-api.ts'
import { type BotWorld, startBotWorld } from '../bot-world.ts'
import { createGate, createListener, type Listener, textOf } from './listener.ts'

let world: BotWorld
let listener: Listener
let ann: TelegramUser
let bob: TelegramUser
let storeIsAway: boolean

beforeEach(async () => {
  listener = createListener()
  storeIsAway = false
  world = await startBotWorld({
    conversation: listener,
    prepare: (engine) => ({
      ...engine,
      health: {
        ...engine.health,
        ready: async () => {
          if (storeIsAway) throw new Error('away')
        },
      },
    }),
  })
  ann = world.telegram.user({ first_name: 'Ann' })
  bob = world.telegram.user({ first_name: 'Bob' })
})
afterEach(() => world.close())

const heard = () => listener.heard.map(textOf)
const pending = () => world.telegram.queue.pending.length
const hears = (count: number) =>
  until(async () => (listener.heard.length >= count ? heard() : undefined))

describe('updates', () => {
  test('are confirmed once they are handled, and not before', async () => {
    const gate = createGate()
    listener.during = () => gate.passed
    world.begin()
    ann.says('one')
    await until(async () => listener.begun[0])
    expect(pending()).toBe(1)
    gate.open()
    await world.telegram.idle()
    expect(heard()).toEqual(['one'])
  })

  test('of one chat are handled in order, those of others beside them', async () => {
    const gate = createGate()
    listener.during = (event) => (textOf(event) === 'ann 1' ? gate.passed : Promise.resolve())
    for (const text of ['ann 1', 'ann 2']) ann.says(text)
    for (const text of ['bob 1', 'bob 2']) bob.says(text)
    world.begin()
    expect(await hears(2)).toEqual(['bob 1', 'bob 2'])
    expect(listener.begun.map(textOf)).not.toContain('ann 2')
    gate.open()
    expect(await hears(4)).toEqual(['bob 1', 'bob 2', 'ann 1', 'ann 2'])
  })

  test('of others are handled while one takes long, those too that come later', async () => {
    const gate = createGate()
    listener.during = (event) => (textOf(event) === 'ann 1' ? gate.passed : Promise.resolve())
    world.begin()
    ann.says('ann 1')
    await until(async () => listener.begun[0])
    bob.says('bob 1')
    expect(await hears(1)).toEqual(['bob 1'])
    expect(pending()).toBe(2)
    ann.says('ann 2')
    bob.says('bob 2')
    expect(await hears(2)).toEqual(['bob 1', 'bob 2'])
    gate.open()
    await world.telegram.idle()
    expect(heard()).toEqual(['bob 1', 'bob 2', 'ann 1', 'ann 2'])
  })

  test('that come twice, or out of order, are handled once and in order', async () => {
    world.telegram.queue.disturb = (updates) => [...updates.toReversed(), ...updates]
    for (const text of ['1', '2', '3']) ann.says(text)
    world.begin()
    await world.telegram.idle()
    expect(heard()).toEqual(['1', '2', '3'])
  })

  test('of one album are one event', async () => {
    ann.showsPhoto('', { album: 'a' })
    ann.showsPhoto('see https://example.org/a', { album: 'a' })
    ann.showsPhoto('and https://example.org/b', { album: 'a' })
    ann.says('after')
    world.begin()
    await world.telegram.idle()
    expect(heard()).toEqual(['see https://example.org/a\nand https://example.org/b', 'after'])
    const [{ intent } = { intent: null }] = listener.heard
    expect(intent).toMatchObject({
      content: { links: [{ url: 'https://example.org/a' }, { url: 'https://example.org/b' }] },
    })
  })

  test('that we have no use for are not asked for', async () => {
    world.begin()
    ann.says('one')
    await world.telegram.idle()
    expect(world.telegram.queue.allowed).toEqual([
      'message',
      'edited_message',
      'callback_query',
      'inline_query',
      'chosen_inline_result',
      'my_chat_member',
    ])
  })
})

describe('what cannot be handled', () => {
  const failing = (event: { intent: unknown }) =>
    textOf(event as never) === 'poison' ? Promise.reject(new Error('no')) : Promise.resolve()

  test('is left out after some tries, and holds up nothing else', async () => {
    listener.during = failing
    ann.says('poison')
    ann.says('after')
    bob.says('beside')
    world.begin()
    await world.telegram.idle()
    expect(heard()).toEqual(['beside', 'after'])
    expect(listener.begun.filter((event) => textOf(event) === 'poison')).toHaveLength(5)
    expect(world.logged.filter((line) => line.startsWith('an update is left out'))).toHaveLength(1)
    expect(world.logged.join()).not.toContain('poison')
  })

  test('is tried for as long as nothing can be stored', async () => {
    storeIsAway = true
    listener.during = failing
    ann.says('poison')
    world.begin()
    await until(async () => (listener.begun.length > 5 ? true : undefined))
    expect(pending()).toBe(1)
    listener.during = async () => {}
    await world.telegram.idle()
    expect(heard()).toEqual(['poison'])
  })

  test('does not keep a press from its answer', async () => {
    const { message } = ann.says('hello')
    listener.during = () => Promise.reject(new Error('no'))
    world.begin()
    expect(await ann.pressesData('m:help', message)).toMatchObject({
      callback_query_id: expect.any(String),
    })
    await world.telegram.idle()
  })
})

describe('a turn that ends', () => {
  test('lets what runs come to its end, and confirms it; the rest comes to the next one', async () => {
    const gate = createGate()
    listener.during = () => gate.passed
    for (const text of ['1', '2']) ann.says(text)
    const turn = world.begin()
    await until(async () => listener.begun[0])
    const ending = turn.end()
    gate.open()
    await ending
    expect(heard()).toEqual(['1'])
    expect(pending()).toBe(1)
    world.begin()
    await world.telegram.idle()
    expect(heard()).toEqual(['1', '2'])
  })

  test('ends at once where nothing runs', async () => {
    const turn = world.begin()
    await world.telegram.waitFor(() => world.telegram.queue.polled)
    const before = performance.now()
    await turn.end()
    expect(performance.now() - before).toBeLessThan(1_500)
  })
})

describe('where asking fails', () => {
  test('it goes on afterwards, and nothing is handled twice', async () => {
    for (const fault of [
      { html: 502 },
      { cut: 'after' as const },
      { refuse: REFUSALS.internal() },
    ]) {
      world.telegram.fault(fault, { method: 'getUpdates' })
    }
    ann.says('one')
    world.begin()
    await world.telegram.idle()
    expect(heard()).toEqual(['one'])
  })

  test('since another process asks, this one steps back, and messages go out all the same', async () => {
    world.begin()
    await world.telegram.waitFor(() => world.telegram.queue.polled)
    world.telegram.queue.end(REFUSALS.otherPoller())
    await until(async () => world.logged.find((line) => line.startsWith('another process asks')))
    ann.starts()
    const chat = { id: String(ann.id), kind: 'private' } as const
    const screen = { body: [{ text: 'still here' }], buttons: [] }
    const shown = await world.bot.platform.show({ chat, onlyFor: null, screen, inPlaceOf: null })
    expect(shown.kind).toBe('shown')
  })

  test('since the token was refused, the connection is down', async () => {
    world.begin()
    await world.telegram.waitFor(() => world.telegram.queue.polled)
    world.telegram.token = 'another'
    ann.says('one')
    const paused = await until(async () => {
      const channels = await world.engine.health.channels()
      return channels.find(({ channel }) => channel === 'telegram')?.paused ?? undefined
    })
    expect(paused.detail).toBe('Unauthorized')
  })

  test('since the token was refused from the start, the connection is down until it is good', async () => {
    const { token } = world.telegram
    world.telegram.token = 'another'
    world.begin()
    const down = async () => {
      const channels = await world.engine.health.channels()
      return channels.find(({ channel }) => channel === 'telegram')?.paused ?? undefined
    }
    expect((await until(down)).detail).toBe('Unauthorized')
    world.telegram.token = token
    ann.says('one')
    await world.telegram.idle()
    expect(heard()).toEqual(['one'])
  })
})

test('a webhook that somebody has set is taken back', async () => {
  const { url } = world.telegram
  await fetch(`${url}/bot${world.telegram.token}/setWebhook?`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'http://127.0.0.1:1/hook' }),
  })
  ann.says('one')
  world.begin()
  await world.telegram.idle()
  expect(heard()).toEqual(['one'])
})
