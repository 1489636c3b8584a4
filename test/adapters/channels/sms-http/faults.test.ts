import { afterEach, describe, expect, test } from 'vitest'
import type { SmsHttpConfig } from '#adapters/channels/sms-http/sms-http.ts'
import type { Message } from '#core/message/message.ts'
import { smsSize } from '#core/message/segments.ts'
import type { Channel, SendContext, SendResult } from '#ports/channel.ts'
import { contextOf } from '../../../contracts/channel.ts'
import { CHINESE, messageOn } from '../../../core/message/sample.ts'
import { example, type HttpHarness, openAndroid, openChannel } from './harness.ts'

let harness: HttpHarness | undefined
const open = async (
  over: Partial<SmsHttpConfig> = {},
  change?: (text: string) => string,
): Promise<HttpHarness> => {
  harness = await openAndroid(over, change)
  return harness
}
const send = (
  channel: Channel,
  over: Partial<SendContext> = {},
  message: Message = messageOn('sms'),
): Promise<SendResult> => channel.send(channel.render(message), contextOf(message, over))

afterEach(async () => {
  await harness?.channel.stop()
  await harness?.close()
  harness = undefined
})

describe('a gateway that answers', () => {
  test.each([
    ['that it is busy', { status: 503 }, { kind: 'throttled', retryAfterMs: 60_000 }],
    ['with a fault of its own', { status: 500 }, { kind: 'unknown', detail: 'HTTP 500' }],
    ['elsewhere', { status: 302, headers: { Location: 'http://evil/' } }, { kind: 'down' }],
    [
      'that the text is none',
      { status: 400, body: '{"message":"bad"}' },
      { kind: 'permanent', detail: 'HTTP 400: bad' },
    ],
    ['with megabytes', { status: 202, body: 'x'.repeat(5_000_000) }, { kind: 'accepted' }],
    ['not at all, after it was asked', { cut: true }, { kind: 'unknown' }],
  ] as const)('%s', async (_name, fault, expected) => {
    const { phone, channel } = await open()
    phone.fault(fault)
    const { outcome, providerIds } = await send(channel)
    expect(outcome).toMatchObject(expected)
    expect(providerIds[0]).toBe('0Q1abcdXXXXXXXX-3')
    expect((await send(channel, { attempt: 2 })).outcome).toEqual({ kind: 'accepted' })
  })

  test('one id is one text, and the second answer counts as taken', async () => {
    const { phone, channel } = await open()
    await send(channel)
    expect((await send(channel)).outcome).toEqual({ kind: 'accepted' })
    expect(phone.taken.map(({ id }) => id)).toEqual(['0Q1abcdXXXXXXXX-3.1'])
  })
})

describe('a gateway that is not there', () => {
  test('speaks no TLS: that is ours to mend', async () => {
    const { channel } = await open({}, (text) => text.replaceAll('http://127', 'https://127'))
    expect((await send(channel)).outcome).toMatchObject({ kind: 'down' })
  })

  test('refuses the connection: nothing was sent', async () => {
    const { phone, channel } = await open()
    await phone.close()
    expect((await send(channel)).outcome).toMatchObject({
      kind: 'transient',
      detail: 'ECONNREFUSED',
    })
    expect(await channel.probe(channel.connections[0]!.connection)).toMatchObject({ up: false })
  })

  test('has a name that does not exist: ours to mend', async () => {
    const channel = await openChannel(
      example('android-smsgate').replaceAll('192.168.1.20', 'phone.invalid'),
    )
    expect((await send(channel)).outcome.kind).toBe('down')
    await channel.stop()
  })

  test('says nothing: the time-out of the description ends the wait', async () => {
    const { phone, channel } = await open({}, (text) =>
      text.replace('"concurrency"', '"timeoutSeconds": 1, "concurrency"'),
    )
    phone.fault({ silent: true })
    expect((await send(channel)).outcome.kind).toBe('unknown')
  })
})

describe('our own faults', () => {
  test.each<[string, Partial<SmsHttpConfig>]>([
    ['no secret', { secret: () => '' }],
    [
      'a secret that cannot be read',
      {
        secret: () => {
          throw new Error('EACCES /run/secrets/sms')
        },
      },
    ],
  ])('%s: the connection is down, and says what is missing', async (_name, over) => {
    const { phone, channel } = await open(over)
    const detail = 'SMS_HTTP_SECRET is not set or cannot be read'
    expect((await send(channel)).outcome).toEqual({ kind: 'down', detail })
    expect(await channel.probe(channel.connections[0]!.connection)).toEqual({ up: false, detail })
    expect(phone.taken).toEqual([])
  })

  test('a header that may not be set', async () => {
    const { channel } = await open({}, (text) =>
      text.replace('"basicAuth"', '"headers": {"Transfer-Encoding": "x"}, "basicAuth"'),
    )
    expect((await send(channel)).outcome.kind).toBe('down')
  })

  test('a secret that the gateway echoes is not told', async () => {
    const { phone, channel, setSecret } = await open()
    phone.setPassword('s3cret')
    setSecret('s3cret')
    phone.fault({ status: 400, body: '{"message":"who is s3cret?"}' })
    expect((await send(channel)).outcome).toMatchObject({ detail: 'HTTP 400: who is …?' })
  })
})

describe('what a description changes', () => {
  test('a signature is counted, since the recipient reads it and it is paid for', async () => {
    const channel = await openChannel(example('yunpian'))
    const message = messageOn('sms', { ...CHINESE, note: '' })
    const rendered = channel.render(message)
    if (rendered.channel !== 'sms') throw new Error('no text')
    const signed = smsSize(`【示例】${rendered.text}`).segments
    expect(channel.estimate(rendered)).toEqual({
      cost: signed,
      segments: signed,
    })
    await channel.stop()
  })

  test('an idempotency header carries the key, and makes the channel idempotent', async () => {
    const change = (text: string) =>
      text.replace('"concurrency"', '"idempotencyHeader": "Idempotency-Key", "concurrency"')
    const { phone, channel } = await open({}, change)
    expect(channel.caps.idempotent).toBe(true)
    await send(channel)
    await send(channel, { attempt: 2 })
    expect(phone.headers.map((headers) => headers['idempotency-key'])).toEqual(
      Array(2).fill('0Q1abcdXXXXXXXX-3'),
    )
  })

  test('where no rate is set, what is too much makes the sender’s bucket wait, and costs no attempt', async () => {
    const { channel, phone } = await open({ ratePerSecond: null })
    const { connection } = channel.connections[0]!
    const [bucket] = channel.buckets(messageOn('sms').address, 1, connection)
    phone.fault({ status: 429, body: '{}' })
    expect((await send(channel)).outcome).toMatchObject({ kind: 'throttled', bucket: bucket!.key })
  })

  test('without receipts there are none, and without a probe the next send tells', async () => {
    const channel = await openChannel(
      '{"send": {"url": "http://127.0.0.1:1/?to={to}&text={text}", "method": "GET"}}',
      { secret: () => '', ratePerSecond: null },
    )
    expect(channel.caps).toMatchObject({ receipts: false, idempotent: false })
    expect(channel.hooks).toEqual([])
    const { connection } = channel.connections[0]!
    expect(await channel.probe(connection)).toEqual({ up: true })
    expect((await send(channel)).outcome.kind).toBe('transient')
    await channel.stop()
  })
})
