import { afterEach, describe, expect, test } from 'vitest'
import { type Address, DEFAULT_CONNECTION } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import type { SendResult } from '#ports/channel.ts'
import { REFUSALS } from '#test/services/telegram-api/telegram-api.ts'
import { contextOf } from '../../../contracts/channel.ts'
import { messageOn } from '../../../core/message/sample.ts'
import { openTelegramChannel, type TelegramHarness } from './harness.ts'

let harness: TelegramHarness
afterEach(async () => {
  await harness.channel.stop()
  await harness.close()
})

const to = (id: number | string): Address => ({ channel: 'telegram', value: String(id) })

async function send(
  address: Address,
  over: Parameters<typeof contextOf>[1] = {},
): Promise<SendResult> {
  const message = messageOn('telegram', { address })
  return harness.channel.send(harness.channel.render(message), contextOf(message, over))
}

const outcomeOf = async (...of: Parameters<typeof send>): Promise<Outcome> =>
  (await send(...of)).outcome

/** A message's chats, in the order in which Telegram was asked. */
const askedChats = (): unknown[] => harness.api.requests.map(({ params }) => params.chat_id)

describe('a message', () => {
  test('goes to the person’s own chat, or to the one that was learned, and tells it', async () => {
    harness = await openTelegramChannel()
    const { bob, api } = harness
    expect(await send(to(bob.id))).toMatchObject({
      outcome: { kind: 'accepted' },
      providerIds: [expect.any(String), expect.stringMatching(/^4711:\d+$/)],
      reach: { chat: '4711' },
    })
    const group = api.group('Walks')
    const later = await send(to(bob.id), { reach: { chat: String(group.id) } })
    expect(later.reach).toEqual({ chat: String(group.id) })
    expect([bob.sees().length, bob.sees(group).length]).toEqual([1, 1])
  })

  test('is plain text with entities beside it, and no markup to be read', async () => {
    harness = await openTelegramChannel()
    await send(to(harness.bob.id))
    expect(harness.api.requests.at(-1)?.params).not.toHaveProperty('parse_mode')
    expect(harness.bob.opens('Open the link')).toContain('/r/')
  })

  test('follows a group that became another one, once', async () => {
    harness = await openTelegramChannel()
    const { api, bob } = harness
    const old = api.group('Walks')
    const grown = old.upgrades()
    expect(await send(to(old.id))).toMatchObject({
      outcome: { kind: 'accepted' },
      reach: { chat: String(grown.id) },
    })
    expect(askedChats()).toEqual([old.id, grown.id])
    expect(bob.sees(grown)).toHaveLength(1)
    api.fault({ refuse: REFUSALS.migrated(old.id) }, { times: 2 })
    expect(await outcomeOf(to(old.id))).toMatchObject({
      kind: 'permanent',
      reason: 'not_reachable',
    })
  })

  test('never goes to a handle, which would be a group’s or another bot’s', async () => {
    harness = await openTelegramChannel()
    expect(await outcomeOf(to('@bob'))).toMatchObject({ kind: 'needs-recipient' })
    expect(harness.api.requests).toEqual([])
  })

  test('that is too much makes its chat wait, and the bot where others are refused too', async () => {
    harness = await openTelegramChannel()
    harness.api.fault({ refuse: REFUSALS.tooManyRequests(7) }, { times: 2 })
    const outcomes = [await outcomeOf(to(1)), await outcomeOf(to(2))]
    expect(outcomes).toEqual([
      { kind: 'throttled', bucket: 'telegram/default/chat/1', retryAfterMs: 7_000 },
      { kind: 'throttled', bucket: 'telegram/default', retryAfterMs: 7_000 },
    ])
    const keys = harness.channel.buckets(to(2), 1, DEFAULT_CONNECTION).map(({ key }) => key)
    expect(keys).toEqual(['telegram/default', 'telegram/default/chat/2'])
  })

  test('comes to what became of the person', async () => {
    harness = await openTelegramChannel()
    const { api, bob } = harness
    const stranger = api.user({ first_name: 'Sue' })
    expect(await outcomeOf(to(stranger.id))).toMatchObject({ kind: 'needs-recipient' })
    bob.blocks()
    const blocked = { kind: 'permanent', reason: 'blocked', suppress: true }
    expect(await outcomeOf(to(bob.id))).toMatchObject(blocked)
    bob.unblocks()
    expect(await outcomeOf(to(bob.id))).toMatchObject({ kind: 'accepted' })
    bob.leavesTelegram()
    const gone = { kind: 'permanent', reason: 'no_such_recipient', suppress: true }
    expect(await outcomeOf(to(bob.id))).toMatchObject(gone)
  })

  test.each([
    ['a page of something before Telegram', { html: 502 }],
    ['a fault of Telegram’s own', { refuse: REFUSALS.internal() }],
    ['a cut before it was read', { cut: 'before' }],
    ['a cut after it was taken', { cut: 'after' }],
  ] as const)('may have gone out or not, after %s', async (_name, fault) => {
    harness = await openTelegramChannel()
    harness.api.fault(fault)
    expect(await outcomeOf(to(harness.bob.id))).toMatchObject({ kind: 'unknown' })
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
  const { channel, api, bob } = harness
  const at = { address: to(bob.id), connection: DEFAULT_CONNECTION }
  for (const ids of [[], ['0Q1abcdXXXXXXXX-3'], [`${bob.id}:99`]]) {
    expect(await channel.recall(ids, at)).toBe('not-removed')
  }
  const { providerIds } = await send(to(bob.id))
  api.freeze(bob.sees()[0]!)
  expect(await channel.recall(providerIds, at)).toBe('not-removed')
})
