import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { SmsHttpConfig } from '#adapters/channels/sms-http/sms-http.ts'
import type { Channel, ChannelSink } from '#ports/channel.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { webhookCall } from '../../../services/android-gateway.ts'
import { callHook, example, keepingSink, openChannel } from './harness.ts'

let channel: Channel | undefined
const open = async (text: string, over: Partial<SmsHttpConfig> = {}): Promise<Channel> => {
  channel = await openChannel(text, over)
  return channel
}
const describing = (parts: object): string =>
  JSON.stringify({ send: { url: 'https://sms.example/?to={to}&text={text}' }, ...parts })

afterEach(async () => {
  await channel?.stop()
  channel = undefined
})

const REF = { channel: 'sms', connection: 'http' }
const JSON_RECEIPTS = {
  receipts: {
    id: '$.id',
    state: '$.state',
    states: { accepted: 'SENT', delivered: ['DELIVRD', 1], failed: ['UNDELIV', 2] },
    code: '$.err',
    detail: '$.text',
    reasons: { no_such_recipient: ['9', 'GONE'], expired: 'EXPIRED' },
  },
}
const REPLIES = { replies: { from: '$.from', to: '$.to', text: '$.text', at: '$.at' } }

describe('a receipt', () => {
  const take = async (body: string | object, parts: object = JSON_RECEIPTS) => {
    const { kept, sink } = keepingSink()
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await callHook(await open(describing(parts)), 'receipt', { body: text }, sink)
    return { answer, receipts: kept.receipts }
  }

  test.each([
    [
      { id: 'a', state: 'DELIVRD' },
      { state: 'delivered', reason: null, detail: null },
    ],
    [
      { id: 'a', state: 1 },
      { state: 'delivered', reason: null, detail: null },
    ],
    [
      { id: 'a', state: 'SENT' },
      { state: 'accepted', reason: null, detail: null },
    ],
    [
      { id: 'a', state: 'UNDELIV' },
      { state: 'failed', reason: 'not_reachable', detail: 'UNDELIV' },
    ],
    [
      { id: 'a', state: 2, err: 9, text: 'no\nsuch https://x/s3cret number' },
      { state: 'failed', reason: 'no_such_recipient', detail: '9: no such … number' },
    ],
    [
      { id: 'a', state: 2, err: 'EXPIRED' },
      { state: 'failed', reason: 'expired', detail: 'EXPIRED' },
    ],
  ])('%j → %j', async (body, verdict) => {
    const { answer, receipts } = await take(body)
    expect(receipts).toEqual([{ connection: REF, providerId: 'a', verdict }])
    expect(answer).toEqual({ status: 200, body: '' })
  })

  test('of a state that is not named changes nothing, and is acknowledged', async () => {
    const { answer, receipts } = await take({ id: 'a', state: 'BUFFERED' })
    expect([answer.status, receipts]).toEqual([200, []])
  })

  test.each([
    '',
    '{}',
    'null',
    '[]',
    '{"id":"a"}',
    '{"state":"DELIVRD"}',
    '{"id":{"a":1},"state":"DELIVRD"}',
    `{"id":"${'x'.repeat(300)}","state":"DELIVRD"}`,
    'id=a&state=DELIVRD',
    '\u0000\uFFFF',
    '['.repeat(50_000),
  ])('that is not as described is refused for good: %.40s', async (body) => {
    const { answer, receipts } = await take(body)
    expect([answer.status, receipts]).toEqual([400, []])
  })

  test('by GET is read from the query', async () => {
    const { kept, sink } = keepingSink()
    const receipts = {
      method: 'GET',
      id: 'query:id',
      state: 'query:type',
      states: { delivered: '1' },
    }
    const opened = await open(describing({ receipts }))
    await callHook(opened, 'receipt', { query: { id: 'a', type: '1' } }, sink)
    expect(opened.hooks[0]).toMatchObject({ method: 'GET' })
    expect(kept.receipts).toMatchObject([{ providerId: 'a', verdict: { state: 'delivered' } }])
  })

  test('that could not be stored is not acknowledged', async () => {
    const { sink } = keepingSink()
    const broken = { ...sink, receipt: () => Promise.reject(new Error('the store is away')) }
    const body = JSON.stringify({ id: 'a', state: 'SENT' })
    const called = callHook(await open(describing(JSON_RECEIPTS)), 'receipt', { body }, broken)
    await expect(called).rejects.toThrow('the store is away')
  })
})

describe('many in one call', () => {
  const reports = [
    { uid: '0Q1abcdXXXXXXXX-1', sid: 1, report_status: 'SUCCESS', error_msg: '' },
    { uid: null, sid: 9527, report_status: 'FAIL', error_msg: 'DB:0103', error_detail: '空号' },
    { nothing: 'known' },
  ]
  const call = (list: readonly object[]) =>
    new URLSearchParams({ sms_status: JSON.stringify(list) }).toString()

  test('are all handed on, and acknowledged in the gateway’s words', async () => {
    const { kept, sink } = keepingSink()
    const opened = await open(example('yunpian'))
    const answer = await callHook(opened, 'receipt', { body: call(reports) }, sink)
    expect(answer).toEqual({ status: 200, body: 'SUCCESS' })
    expect(kept.receipts).toMatchObject([
      { providerId: '0Q1abcdXXXXXXXX-1', verdict: { state: 'delivered' } },
      { providerId: '9527', verdict: { state: 'failed', detail: 'DB:0103: 空号' } },
    ])
  })

  test('of which none is as described are refused', async () => {
    const { sink } = keepingSink()
    const opened = await open(example('yunpian'))
    const strange = await callHook(opened, 'receipt', { body: call(reports.slice(2)) }, sink)
    expect(strange.status).toBe(400)
    expect((await callHook(opened, 'receipt', { body: 'sms_status=%7B' }, sink)).status).toBe(400)
  })
})

describe('a text from a phone', () => {
  const take = async (body: object, parts: object = REPLIES, region?: string) => {
    const { kept, sink } = keepingSink()
    const opened = await open(describing(parts), { region })
    const answer = await callHook(opened, 'mo', { body: JSON.stringify(body) }, sink)
    return { answer, replies: kept.replies }
  }
  const text = { from: '+8613800138000', to: '10690', text: '退订 👍', at: '2026-11-30T12:00:00Z' }

  test('is handed on', async () => {
    const { replies } = await take(text)
    expect(replies).toEqual([
      {
        connection: REF,
        from: { channel: 'sms', value: '+8613800138000' },
        text: '退订 👍',
        inboundId: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ])
  })

  test('without an id is known again by who, whom, what and when', async () => {
    const idOf = async (over: object): Promise<string> =>
      (await take({ ...text, ...over })).replies[0]!.inboundId
    const first = await idOf({})
    expect(await idOf({})).toBe(first)
    for (const over of [
      { at: 'later' },
      { text: 'other' },
      { to: '1' },
      { from: '+8613800138001' },
    ]) {
      expect(await idOf(over)).not.toBe(first)
    }
  })

  test('that came without the id and the time that were promised is a new one each time', async () => {
    const idOf = async (): Promise<string> =>
      (await take({ ...text, at: undefined })).replies[0]!.inboundId
    expect(await idOf()).not.toBe(await idOf())
  })

  test.each([
    ['13800138000', 'national', 'CN', '+8613800138000'],
    ['447700900001', 'international', 'CN', '+447700900001'],
    ['00447700900001', 'international', 'CN', '+447700900001'],
    ['+447700900001', 'international', 'CN', '+447700900001'],
  ])('from %s, %s in %s', async (from, numbers, region, expected) => {
    const { replies } = await take(
      { ...text, from },
      { replies: { ...REPLIES.replies, numbers } },
      region,
    )
    expect(replies.map((reply) => reply.from.value)).toEqual([expected])
  })

  test('of Yunpian is Chinese, whatever the region is here', async () => {
    const { kept, sink } = keepingSink()
    const opened = await openChannel(example('yunpian'), { region: 'DE' })
    const reply = { mobile: '13800138000', text: 'TD', id: '1' }
    const body = new URLSearchParams({ sms_reply: JSON.stringify(reply) }).toString()
    await callHook(opened, 'mo', { body }, sink)
    expect(kept.replies.map(({ from }) => from.value)).toEqual(['+8613800138000'])
    await opened.stop()
  })

  test.each(['10690', 'Bank', ' '])(
    'from %j goes no further, is acknowledged and told of in the log',
    async (from) => {
      const warned: string[] = []
      const logger = { ...quiet, warn: (_: object, told: string) => void warned.push(told) }
      const { kept, sink } = keepingSink()
      const opened = await openChannel(describing(REPLIES), {}, logger)
      const body = JSON.stringify({ ...text, from })
      const answer = await callHook(opened, 'mo', { body }, sink)
      expect([answer.status, kept.replies]).toEqual([200, []])
      expect(warned).toEqual(['a text that no number sent'])
      await opened.stop()
    },
  )

  test('from nobody is refused for good', async () => {
    expect((await take({ text: 'x' })).answer.status).toBe(400)
  })

  test('that is empty, or as long as a book, is handed on in bounds', async () => {
    const { replies } = await take({ from: text.from })
    expect(replies.map((reply) => reply.text)).toEqual([''])
    const long = await take({ ...text, text: 'x'.repeat(100_000) })
    expect(long.replies[0]!.text).toHaveLength(10_000)
  })
})

describe('whatever is called', () => {
  test.each(['receipt', 'mo'] as const)(
    '%s answers 200 or 400, and keeps only what is whole',
    async (path) => {
      const opened = await open(describing({ ...JSON_RECEIPTS, ...REPLIES }))
      const bodies = fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.json().map((text) => new TextEncoder().encode(text)),
        fc
          .record(
            {
              id: fc.jsonValue(),
              state: fc.oneof(fc.jsonValue(), fc.constant('DELIVRD')),
              from: fc.oneof(fc.jsonValue(), fc.constant('+8613800138000')),
              text: fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' })),
            },
            { requiredKeys: [] },
          )
          .map((value) => new TextEncoder().encode(JSON.stringify(value))),
      )
      await fc.assert(
        fc.asyncProperty(bodies, async (body) => {
          const { kept, sink } = keepingSink()
          const { status } = await callHook(opened, path, { body }, sink)
          expect([200, 400]).toContain(status)
          if (status === 400) expect(kept).toEqual({ receipts: [], replies: [] })
          for (const { providerId } of kept.receipts) expect(providerId).not.toBe('')
          for (const { from } of kept.replies) expect(from.value).toMatch(/^\+\d+$/)
        }),
      )
    },
  )
})

describe('a signature', () => {
  const payload = { messageId: 'm1', phoneNumber: '+8613800138000', message: 'hi', receivedAt: 't' }
  const android = (call: ReturnType<typeof webhookCall>, sink: ChannelSink) =>
    callHook(channel!, 'mo', call, sink)

  test('of the phone lets a call in, by its key alone', async () => {
    const { kept, sink } = keepingSink()
    await open(example('android-smsgate'))
    expect((await android(webhookCall('sms:received', payload), sink)).status).toBe(200)
    expect(kept.replies.map(({ text }) => text)).toEqual(['hi'])
  })

  test.each<[string, (call: ReturnType<typeof webhookCall>) => ReturnType<typeof webhookCall>]>([
    ['another body', (call) => ({ ...call, body: call.body.replace('hi', 'ho') })],
    ['another time', (call) => ({ ...call, headers: { ...call.headers, 'x-timestamp': '1' } })],
    ['no signature', ({ body }) => ({ body, headers: {} })],
    ['half of one', (call) => ({ ...call, headers: { ...call.headers, 'x-signature': 'ab' } })],
    ['another key', () => webhookCall('sms:received', payload, { key: 'guess' })],
  ])('with %s it is refused, and nothing is kept', async (_name, forge) => {
    const { kept, sink } = keepingSink()
    await open(example('android-smsgate'))
    const answer = await android(forge(webhookCall('sms:received', payload)), sink)
    expect([answer.status, kept.replies]).toEqual([403, []])
  })

  test('never holds with an empty key', async () => {
    const { kept, sink } = keepingSink()
    await open(example('android-smsgate'), { secret: () => '' })
    const call = webhookCall('sms:received', payload, { key: '' })
    expect([(await android(call, sink)).status, kept.replies]).toEqual([403, []])
  })

  test('in base64 with a prefix, and upper-case hex, hold too', async () => {
    const { sink } = keepingSink()
    const body = JSON.stringify({ from: '+8613800138000', text: 'x' })
    const digest = (encoding: 'hex' | 'base64') =>
      createHmac('sha1', 'k').update(body).digest(encoding)
    for (const [signature, header] of [
      [
        { header: 'X-Sig', algorithm: 'sha1', encoding: 'base64', prefix: 'v1=', secret: 'k' },
        `v1=${digest('base64')}`,
      ],
      [{ header: 'X-Sig', algorithm: 'sha1', secret: 'k' }, digest('hex').toUpperCase()],
    ] as const) {
      const opened = await open(describing({ replies: { ...REPLIES.replies, signature } }))
      const headers = { 'x-sig': header }
      expect((await callHook(opened, 'mo', { body, headers }, sink)).status).toBe(200)
      await opened.stop()
    }
  })

  test('that holds for hostile bytes lets them be refused as malformed', async () => {
    const { kept, sink } = keepingSink()
    await open(example('android-smsgate'), { secret: () => 'k' })
    const body = Uint8Array.from([0xff, 0xfe, 0x00, 0x80, 0x7b])
    const signature = createHmac('sha256', 'k').update(body).update('1').digest('hex')
    const headers = { 'x-signature': signature, 'x-timestamp': '1' }
    const answer = await callHook(channel!, 'receipt', { body, headers }, sink)
    expect([answer.status, kept.receipts]).toEqual([400, []])
  })
})

describe('what the examples make of calls as documented', () => {
  test('SMSGate: states by event, by our own id, whichever attempt it was', async () => {
    const { kept, sink } = keepingSink()
    await open(example('android-smsgate'))
    const report = (event: 'sms:sent' | 'sms:delivered' | 'sms:failed', reason: string | null) =>
      callHook(
        channel!,
        'receipt',
        webhookCall(event, { messageId: '0Q1abcdXXXXXXXX-3.2', phoneNumber: '+86', reason }),
        sink,
      )
    await report('sms:sent', null)
    await report('sms:failed', 'RESULT_ERROR_NO_SERVICE')
    await report('sms:delivered', null)
    expect(kept.receipts.map(({ providerId }) => providerId)).toEqual(
      Array(3).fill('0Q1abcdXXXXXXXX-3'),
    )
    expect(kept.receipts.map(({ verdict }) => verdict)).toMatchObject([
      { state: 'accepted' },
      { state: 'failed', detail: 'sms:failed: RESULT_ERROR_NO_SERVICE' },
      { state: 'delivered' },
    ])
  })

  test('SMSGate: a ping is acknowledged and is no reply', async () => {
    const { kept, sink } = keepingSink()
    await open(example('android-smsgate'))
    const answer = await callHook(channel!, 'mo', webhookCall('system:ping', {}), sink)
    expect([answer.status, kept.replies]).toEqual([200, []])
  })

  test('Vonage: receipts by our reference or its own id, replies by digits alone', async () => {
    const { kept, sink } = keepingSink()
    await open(example('vonage'), { region: 'CN' })
    const report = { msisdn: '447700900001', to: '447700900000', messageId: '0C01' }
    const calls = [
      { ...report, status: 'delivered', 'err-code': '0', 'client-ref': 'ours' },
      { ...report, status: 'failed', 'err-code': '9' },
    ]
    for (const call of calls) {
      await callHook(channel!, 'receipt', { body: JSON.stringify(call) }, sink)
    }
    expect(kept.receipts).toMatchObject([
      { providerId: 'ours', verdict: { state: 'delivered' } },
      { providerId: '0C01', verdict: { state: 'failed', reason: 'blocked' } },
    ])
    const text = { ...report, text: 'STOP', type: 'text', keyword: 'STOP' }
    await callHook(channel!, 'mo', { body: JSON.stringify(text) }, sink)
    expect(kept.replies).toMatchObject([
      { from: { value: '+447700900001' }, text: 'STOP', inboundId: '0C01' },
    ])
  })
})
