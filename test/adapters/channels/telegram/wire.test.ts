import { afterEach, describe, expect, test } from 'vitest'
import { type Address, DEFAULT_CONNECTION } from '#core/address.ts'
import type { SendResult } from '#ports/channel.ts'
import { contextOf } from '../../../contracts/channel.ts'
import { messageOn } from '../../../core/message/sample.ts'
import { openTelegramChannel, type TelegramHarness } from './harness.ts'

let harness: TelegramHarness
afterEach(async () => {
  await harness.channel.stop()
  await harness.close()
})

const to = (value: string): Address => ({ channel: 'telegram', value })

async function send(
  address: Address,
  over: Parameters<typeof contextOf>[1] = {},
): Promise<SendResult> {
  const message = messageOn('telegram', { address })
  return harness.channel.send(harness.channel.render(message), contextOf(message, over))
}

describe('a message', () => {
  test('goes to the chat that was learned, and tells it', async () => {
    harness = await openTelegramChannel()
    expect(await send(to('4711'))).toMatchObject({
      outcome: { kind: 'accepted' },
      providerIds: [expect.any(String), expect.stringMatching(/^4711:\d+$/)],
      reach: { chat: '4711' },
    })
    const later = await send(to('4711'), { reach: { chat: '-100815' } })
    expect(later.reach).toEqual({ chat: '-100815' })
    expect(harness.api.sent().map(({ chat_id }) => chat_id)).toEqual([4711, -100815])
  })

  test('is plain text with entities beside it, and buttons within what Telegram allows', async () => {
    harness = await openTelegramChannel()
    await send(to('4711'))
    const [sent] = harness.api.sent()
    expect(sent).not.toHaveProperty('parse_mode')
    const buttons = sent!.reply_markup.inline_keyboard.flat()
    expect(buttons).toHaveLength(2)
    const data = buttons.map(({ callback_data = '' }) => callback_data).join('')
    expect(data).toMatch(/^stop:/)
    expect(new TextEncoder().encode(data).length).toBeLessThanOrEqual(64)
  })

  test('follows a group that became another one, once', async () => {
    harness = await openTelegramChannel()
    const moved = {
      code: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: -100815 },
    }
    harness.api.fault(moved)
    expect(await send(to('-815'))).toMatchObject({
      outcome: { kind: 'accepted' },
      reach: { chat: '-100815' },
    })
    expect(harness.api.sent().map(({ chat_id }) => chat_id)).toEqual([-100815])
    harness.api.fault(moved, moved)
    expect((await send(to('-815'))).outcome).toMatchObject({ kind: 'permanent' })
  })

  test('never goes to a handle, which would be a group’s or another bot’s', async () => {
    harness = await openTelegramChannel()
    expect((await send(to('@bob'))).outcome.kind).toBe('needs-recipient')
    expect(harness.api.sent()).toEqual([])
  })

  test('that is too much makes its chat wait, and the bot where others are refused too', async () => {
    harness = await openTelegramChannel()
    const parameters = { retry_after: 7 }
    const tooMany = { code: 429, description: 'Too Many Requests: retry after 7', parameters }
    harness.api.fault(tooMany, tooMany)
    const outcomes = [await send(to('1')), await send(to('2'))].map(({ outcome }) => outcome)
    expect(outcomes).toEqual([
      { kind: 'throttled', bucket: 'telegram/default/chat/1', retryAfterMs: 7_000 },
      { kind: 'throttled', bucket: 'telegram/default', retryAfterMs: 7_000 },
    ])
    const keys = harness.channel.buckets(to('2'), 1, DEFAULT_CONNECTION).map(({ key }) => key)
    expect(keys).toEqual(['telegram/default', 'telegram/default/chat/2'])
  })
})

describe('a handle', () => {
  test('is whoever the bot has met by it, and waits for who it has not', async () => {
    const bob = { platform: 'telegram', connection: DEFAULT_CONNECTION, id: '4711' } as const
    harness = await openTelegramChannel([{ ...bob, handle: 'bob', name: 'Bob', reach: null }])
    const { channel } = harness
    expect(await channel.resolve(to('@bob'))).toEqual({ kind: 'address', address: to('4711') })
    expect(await channel.resolve(to('@eve'))).toEqual({ kind: 'later' })
    expect(await channel.resolve(to('815'))).toEqual({ kind: 'address', address: to('815') })
  })
})

test('taking away what cannot be taken away is no fault', async () => {
  harness = await openTelegramChannel()
  const at = { address: to('1'), connection: DEFAULT_CONNECTION }
  for (const ids of [[], ['0Q1abcdXXXXXXXX-3'], ['1:99']]) {
    expect(await harness.channel.recall(ids, at)).toBe('not-removed')
  }
})
