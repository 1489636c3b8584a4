import { afterEach, describe, expect, test } from 'vitest'
import type { SmsTwilioConfig } from '#adapters/channels/sms-twilio/sms-twilio.ts'
import type { Message } from '#core/message/message.ts'
import type { SendContext, SendResult } from '#ports/channel.ts'
import { contextOf } from '../../../contracts/channel.ts'
import { CHINESE, messageOn } from '../../../core/message/sample.ts'
import { CALLBACK, FROM, openTwilio, SECRET, type TwilioHarness } from './harness.ts'

let harness: TwilioHarness | undefined
const open = async (over: Partial<SmsTwilioConfig> = {}): Promise<TwilioHarness> => {
  harness = await openTwilio(over)
  return harness
}
const send = (
  { channel }: TwilioHarness,
  over: Partial<SendContext> = {},
  message: Message = messageOn('sms'),
): Promise<SendResult> => channel.send(channel.render(message), contextOf(message, over))

afterEach(async () => {
  await harness?.channel.stop()
  await harness?.close()
  harness = undefined
})

describe('what Twilio is asked', () => {
  test('to send from the number, and to report to our hook by the delivery’s id', async () => {
    const h = await open()
    const { providerIds } = await send(h)
    const [text] = h.api.taken
    expect(text).toEqual({
      To: '+8613800138000',
      Body: expect.stringContaining('/r/'),
      From: FROM,
      StatusCallback: `${CALLBACK}/hooks/sms/twilio/${SECRET}/status?id=0Q1abcdXXXXXXXX-3`,
      sid: expect.stringMatching(/^SM/),
    })
    expect(providerIds).toEqual(['0Q1abcdXXXXXXXX-3', text!.sid])
  })

  test('to send by a messaging service where one is set', async () => {
    const from = `MG${'ab'.repeat(16)}`
    const h = await open({ from })
    expect((await send(h)).outcome).toEqual({ kind: 'accepted' })
    expect(h.api.taken[0]).toMatchObject({ MessagingServiceSid: from })
    expect(h.api.taken[0]).not.toHaveProperty('From')
  })

  test('not to report where our address is this machine, which Twilio refuses', async () => {
    const h = await open({ callbackUrl: 'http://localhost:8080' })
    expect((await send(h)).outcome).toEqual({ kind: 'accepted' })
    expect(h.api.taken[0]).not.toHaveProperty('StatusCallback')
    expect(h.channel.caps.receipts).toBe(false)
  })

  test('with a token that is asked for again at each send', async () => {
    const h = await open()
    h.setToken('wrong')
    expect((await send(h)).outcome).toMatchObject({ kind: 'down', detail: '20003: Authenticate' })
    h.api.setToken('wrong')
    expect((await send(h)).outcome).toEqual({ kind: 'accepted' })
  })
})

describe('what it costs', () => {
  test('is told in segments, and taken from the sender’s bucket', async () => {
    const { channel } = await open()
    const message = messageOn('sms', { ...CHINESE, note: '周末一起去吧'.repeat(20) })
    const { cost, segments } = channel.estimate(channel.render(message))
    expect(segments).toBeGreaterThan(1)
    expect(cost).toBe(segments)
    const [route] = channel.routes(message.address)
    expect(channel.buckets(message.address, cost, route!)).toEqual([
      { key: `sms/twilio/${FROM}`, limit: 10, perMs: 1_000, cost },
    ])
  })

  test('where no rate is set, what is too much makes the sender’s bucket wait, and costs no attempt', async () => {
    const h = await open({ ratePerSecond: null })
    const { address } = messageOn('sms')
    const [bucket] = h.channel.buckets(address, 1, h.channel.routes(address)[0]!)
    h.api.fault({ error: 20429, status: 429 })
    expect((await send(h)).outcome).toMatchObject({ kind: 'throttled', bucket: bucket!.key })
  })
})

describe('trouble', () => {
  test.each([
    ['a plain 503', { plain: 503 }, { kind: 'unknown', detail: 'HTTP 503' }],
    ['an error of Twilio’s own', { error: 20500, status: 500 }, { kind: 'unknown' }],
    ['a cut after the request', { cut: true }, { kind: 'unknown' }],
    ['201 with no JSON', { nonsense: '<html>' }, { kind: 'unknown' }],
    ['201 with no message', { nonsense: '{}' }, { kind: 'unknown' }],
    ['201 with null', { nonsense: 'null' }, { kind: 'unknown' }],
    [
      'a redirect',
      { plain: 302, headers: { Location: 'https://evil.example/' } },
      { kind: 'down' },
    ],
    [
      'an endless answer',
      { nonsense: JSON.stringify({ sid: 'SM1', body: 'x'.repeat(2_000_000) }) },
      { kind: 'unknown' },
    ],
    ['a text that failed at once', { failed: 30006 }, { kind: 'permanent', detail: '30006' }],
    ['an unsubscribed number', { error: 21610 }, { kind: 'permanent', suppress: true }],
    ['a full queue', { error: 21611 }, { kind: 'throttled', bucket: `sms/twilio/${FROM}` }],
  ] as const)('%s', async (_name, fault, expected) => {
    const h = await open()
    h.api.fault(fault)
    const { outcome, providerIds } = await send(h)
    expect(outcome).toMatchObject(expected)
    expect(providerIds[0]).toBe('0Q1abcdXXXXXXXX-3')
    expect((await send(h)).outcome).toEqual({ kind: 'accepted' })
  })

  test('nobody at the other end: nothing was sent', async () => {
    const h = await open()
    await h.close()
    expect((await send(h)).outcome).toMatchObject({ kind: 'transient', detail: 'ECONNREFUSED' })
    harness = undefined
    await h.channel.stop()
  })

  test('a name that does not exist is ours to mend', async () => {
    const h = await open({ apiUrl: 'http://twilio.invalid' })
    expect((await send(h)).outcome.kind).toBe('down')
  })

  test('TLS spoken to what speaks none is ours to mend', async () => {
    const plain = await open()
    const url = plain.api.url.replace('http:', 'https:')
    const h = await openTwilio({ apiUrl: url })
    expect((await send(h)).outcome.kind).toBe('down')
    await h.channel.stop()
    await h.close()
  })

  test.each([['silent'], ['drip']] as const)('%s: its own time-out ends the wait', async (kind) => {
    const h = await open({ timeoutMs: 300 })
    h.api.fault(kind === 'silent' ? { silent: true } : { drip: true })
    expect((await send(h)).outcome.kind).toBe('unknown')
  })

  test('each send has a signal of its own', async () => {
    const h = await open()
    h.api.fault({ silent: true })
    const given = new AbortController()
    const first = send(h, { signal: given.signal })
    await expect.poll(() => h.api.openConnections()).toBe(1)
    const others = await Promise.all([send(h), send(h), send(h)])
    expect(others.map(({ outcome }) => outcome.kind)).toEqual(Array(3).fill('accepted'))
    given.abort()
    expect((await first).outcome.kind).toBe('unknown')
  })

  test.each([
    ['an empty token', { authToken: () => '' }],
    [
      'a token that cannot be read',
      {
        authToken: () => {
          throw new Error('EACCES /run/secrets/twilio')
        },
      },
    ],
    ['an API key in place of the account', { accountSid: `SK${'0'.repeat(32)}` }],
  ])('%s is ours to mend, and tells no secret', async (_name, over) => {
    const h = await open(over)
    const { outcome } = await send(h)
    expect(outcome).toMatchObject({ kind: 'down' })
    expect(JSON.stringify(outcome)).not.toContain('/run/secrets')
    expect(await h.channel.probe(h.channel.connections[0]!.connection)).toMatchObject({ up: false })
  })

  test('an account that is suspended is down', async () => {
    const h = await open()
    h.api.setStatus('suspended')
    expect(await h.channel.probe(h.channel.connections[0]!.connection)).toEqual({
      up: false,
      detail: 'the account is suspended',
    })
  })
})
