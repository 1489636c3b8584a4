import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createOutboxChannel } from '#adapters/channels/outbox/outbox.ts'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import type { ChannelName } from '#core/address.ts'
import type { ShareRequest } from '#engine/engine.ts'
import type { Channel } from '#ports/channel.ts'
import { RENDERING } from '#test/core/message/sample.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'

const start = useTestEngine()
const { outbox } = createMemoryStore({}, { clock: createSystemClock(), randomBytes })

/** Writes as the real channel does; `kept`: it is the outbox, else it counts as the way out. */
function phoneChannel(name: ChannelName, kept = false): Channel {
  const channel = createOutboxChannel({ name }, { outbox, settings: RENDERING })
  return kept ? channel : { ...channel, via: name }
}

const CHINA = '+8613800138000'
const GERMANY = '+4915123456789'
const BRITAIN = '+447700900123'
const PRICES = [
  { prefix: '+86', amount: 0.045, currency: 'EUR' },
  { prefix: '+861', amount: 0.05, currency: 'EUR' },
  { prefix: '+44', amount: 0.04, currency: 'GBP' },
]

describe('what text messages cost', () => {
  const draftOf = async (
    channels: readonly Channel[],
    over: Partial<ShareRequest>,
    smsPrices = PRICES,
  ) => {
    const t = await start(channels, { smsPrices })
    const request = { url: 'https://example.org/a', recipients: [CHINA], ...over }
    return t.engine.sharing.draft(t.ann, request, { locale: 'en' })
  }

  test('is by the longest prefix of each number, each currency by itself, and says who has no price', async () => {
    const { estimate } = await draftOf([phoneChannel('sms')], {
      recipients: [CHINA, '+8613800138001', BRITAIN, GERMANY],
    })
    expect(estimate).toMatchObject({
      segments: 4,
      messages: 4,
      prices: [
        { amount: 0.1, currency: 'EUR' },
        { amount: 0.04, currency: 'GBP' },
      ],
      unpriced: 1,
    })
  })

  test('is by the segment', async () => {
    const { estimate } = await draftOf([phoneChannel('sms')], { note: 'word '.repeat(50) })
    expect(estimate).toMatchObject({ segments: 3, prices: [{ amount: 0.15, currency: 'EUR' }] })
  })

  test('is not known without a table: then segments are told', async () => {
    const { estimate } = await draftOf([phoneChannel('sms')], {}, [])
    expect(estimate).toMatchObject({ segments: 1, prices: [], unpriced: 0 })
  })

  test('counts WAP pushes and nothing that goes another way', async () => {
    const channels = [phoneChannel('sms'), phoneChannel('wap-push'), phoneChannel('email')]
    const { estimate } = await draftOf(channels, {
      recipients: [CHINA, `wap:${CHINA}`, 'bob@example.org'],
    })
    expect(estimate).toMatchObject({ messages: 2, unpriced: 0 })
    const { estimate: none } = await draftOf(channels, { recipients: ['bob@example.org'] })
    expect(none).toMatchObject({ segments: 0, messages: 0, prices: [], unpriced: 0 })
  })

  test('is an upper bound where only how to stop takes a segment more', async () => {
    const exact = await draftOf([phoneChannel('sms')], { note: 'hello' })
    expect(exact.estimate).toMatchObject({ segments: 1, atMost: false })
    const bound = await draftOf([phoneChannel('sms')], { note: 'x'.repeat(70) })
    expect(bound.estimate).toMatchObject({ segments: 2, atMost: true })
  })

  test('is less by what plain quotes and dashes save', async () => {
    const { estimate } = await draftOf([phoneChannel('sms')], {
      note: '“Look” – it’s here',
      recipients: [CHINA, GERMANY],
    })
    expect(estimate).toMatchObject({ segments: 2, saved: 2 })
  })

  test('a note that text messages have no room for is told of before it goes out, and when it did', async () => {
    const t = await start([phoneChannel('sms'), phoneChannel('email')])
    const request = { url: 'https://example.org/a', note: 'word '.repeat(300) }
    const warning = { code: 'note_shortened', segments: 3 }
    const options = { frontEnd: 'api', locale: 'en' } as const
    const by = async (recipients: readonly string[]) =>
      t.engine.sharing.draft(t.ann, { ...request, recipients }, options)
    expect((await by([CHINA])).warnings).toContainEqual(warning)
    expect((await by(['bob@example.org'])).warnings).toEqual([])
    const first = { ...request, recipients: ['bob@example.org'] }
    const { share } = await t.engine.sharing.accept(t.ann, first, options)
    const added = await t.engine.sharing.addRecipients(t.ann, share.id, [CHINA], options)
    expect(added.warnings).toContainEqual(warning)
    expect(added.estimate).toMatchObject({ segments: 3, messages: 1 })
  })

  test('is told of a share that was accepted; a repeated request took nothing', async () => {
    const t = await start([phoneChannel('sms')], { smsPrices: PRICES })
    const options = { frontEnd: 'api', locale: 'en', idempotencyKey: 'k' } as const
    const request = { url: 'https://example.org/a', recipients: [CHINA, BRITAIN] }
    const { share, estimate } = await t.engine.sharing.accept(t.ann, request, options)
    const prices = [
      { amount: 0.05, currency: 'EUR' },
      { amount: 0.04, currency: 'GBP' },
    ]
    expect(estimate).toMatchObject({ segments: 2, prices })
    expect(share.cost).toEqual({ segments: 2, messages: 2, prices, unpriced: 0 })
    expect((await t.engine.sharing.accept(t.ann, request, options)).estimate).toBeNull()
  })

  test('is nothing for what is only kept here, and for what was cancelled in time', async () => {
    const t = await start([phoneChannel('sms', true), phoneChannel('wap-push')])
    const kept = await t.share([CHINA])
    expect(kept.cost).toMatchObject({ segments: 0, messages: 0 })
    const later = await t.share([`wap:${CHINA}`], { sendAt: Date.now() + 3_600_000 })
    expect(later.cost.messages).toBe(1)
    expect((await t.engine.sharing.cancel(t.ann, later.id)).cost.messages).toBe(0)
  })
})

describe('a WAP push where there is no push proxy gateway', () => {
  const wap = `wap:${CHINA}`

  test('goes as a text message, and the sender is told', async () => {
    const t = await start([phoneChannel('sms')])
    const request = { url: 'https://example.org/a', recipients: [wap, `wap:${GERMANY}`, BRITAIN] }
    const draft = await t.engine.sharing.draft(t.ann, request, { locale: 'en' })
    expect(draft.recipients.map(({ address }) => address.channel)).toEqual(['sms', 'sms', 'sms'])
    expect(draft.warnings).toContainEqual({ code: 'wap_by_sms', count: 2 })
    expect(draft.rejected).toEqual([])
  })

  test('is one delivery with a text message to the same number', async () => {
    const t = await start([phoneChannel('sms')])
    const share = await t.share([CHINA, wap])
    expect(share.deliveries.map(({ channel, address }) => [channel, address])).toEqual([
      ['sms', CHINA],
    ])
  })

  test('goes as a text message though the outbox would keep it, where text messages really go out', async () => {
    const t = await start([phoneChannel('sms'), phoneChannel('wap-push', true)])
    expect((await t.share([wap])).deliveries).toMatchObject([{ channel: 'sms', via: 'sms' }])
  })

  test('is kept as a WAP push where nothing goes out, and sent as one where it can be', async () => {
    const kept = await start([phoneChannel('sms', true), phoneChannel('wap-push', true)])
    expect((await kept.share([wap])).deliveries).toMatchObject([
      { channel: 'wap-push', via: 'outbox' },
    ])
    await kept.stop()
    const both = await start([phoneChannel('sms'), phoneChannel('wap-push')])
    expect((await both.share([wap, CHINA])).deliveries).toMatchObject([
      { channel: 'wap-push' },
      { channel: 'sms' },
    ])
  })

  test('is refused where there is no SMS either, or the account may not send any', async () => {
    const t = await start([phoneChannel('email')])
    const request = { url: 'https://example.org/a', recipients: [wap] }
    const { rejected } = await t.engine.sharing.draft(t.ann, request, { locale: 'en' })
    expect(rejected).toMatchObject([{ code: 'channel_not_configured' }])
    await t.stop()
    const other = await start([phoneChannel('sms')])
    const { permissions } = other.ann
    const limited = {
      ...other.ann,
      permissions: { ...permissions, channels: ['wap-push' as const] },
    }
    const draft = await other.engine.sharing.draft(limited, request, { locale: 'en' })
    expect(draft.rejected).toMatchObject([{ code: 'channel_not_permitted' }])
  })

  test.each([
    ['first', ['wap-push']],
    ['all', ['wap-push', 'sms', 'email']],
  ] as const)('a contact whose phone wants pushes gets them, by %s', async (use, expected) => {
    const t = await start([phoneChannel('sms'), phoneChannel('wap-push'), phoneChannel('email')])
    const addresses = [wap, CHINA, 'mum@example.org']
    await t.engine.contacts.create(t.ann.id, { kind: 'person', name: 'Mum', addresses, use })
    const { deliveries } = await t.share(['Mum'])
    expect(deliveries.map(({ channel }) => channel)).toEqual(expected)
  })

  test('a contact of pushes and texts at one number is one text message without the gateway', async () => {
    const t = await start([phoneChannel('sms')])
    const addresses = [wap, CHINA]
    await t.engine.contacts.create(t.ann.id, { kind: 'person', name: 'Mum', addresses, use: 'all' })
    expect((await t.share(['Mum'])).deliveries).toMatchObject([{ channel: 'sms', name: 'Mum' }])
  })
})

test('a premium-rate number to call is warned of, behind a link of ours too', async () => {
  const t = await start([phoneChannel('email')])
  const recipients = ['bob@example.org']
  const warnings = async (url: string) =>
    (await t.engine.sharing.draft(t.ann, { url, recipients }, { locale: 'en' })).warnings
  const premium = [{ code: 'premium_number', number: '+19002345678' }]
  expect(await warnings('tel:+1-900-234-5678,,12%23')).toEqual(premium)
  expect(await warnings('tel:+861065529988')).toEqual([])
  const { deliveries } = await t.share(recipients, { url: 'tel:+19002345678' })
  expect(await warnings(deliveries[0]?.link ?? '')).toEqual(premium)
})

describe('a number that messages may not reach', () => {
  test.each([
    ['+86 10 6552 9988', 'doubtful_number'],
    ['wap:+86 10 6552 9988', 'doubtful_number'],
    ['+447700900123', 'doubtful_number'],
  ])('%s is warned of', async (recipient, code) => {
    const t = await start([phoneChannel('sms'), phoneChannel('wap-push')])
    const request = { url: 'https://example.org/a', recipients: [recipient] }
    const draft = await t.engine.sharing.draft(t.ann, request, { locale: 'en' })
    expect(draft.warnings).toEqual([{ code, recipient }])
    expect(draft.recipients).toHaveLength(1)
  })

  test.each([
    ['+999123456789', 'bad_number'],
    ['+1234', 'bad_number'],
    ['+861380013800012345', 'bad_number'],
    ['+1 800 FLOWERS', 'bad_number'],
    ['13800138000', 'region_needed'],
    ['+8613800138000 ext. 5', 'number_extension'],
    ['+19002345678', 'number_kind'],
    ['+18005550100', 'number_kind'],
  ])('%s is refused: %s, in words', async (recipient, code) => {
    const t = await start([phoneChannel('sms')])
    const request = { url: 'https://example.org/a', recipients: [recipient] }
    const draft = await t.engine.sharing.draft(t.ann, request, { locale: 'en' })
    expect(draft.rejected).toEqual([{ recipient, code, detail: expect.stringMatching(/\.$/) }])
  })
})
