import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ChannelSink, HookRequest, Receipt, Reply } from '#ports/channel.ts'
import { signedCall } from '../../../services/twilio-api.ts'
import { CALLBACK, openTwilio, SECRET, type TwilioHarness } from './harness.ts'

interface Kept {
  readonly receipts: Receipt[]
  readonly replies: Reply[]
  readonly stops: (readonly [string, string])[]
}

const REF = { channel: 'sms', connection: 'twilio' }
const MO = {
  MessageSid: `SM${'1'.repeat(32)}`,
  AccountSid: `AC${'2'.repeat(32)}`,
  From: '+8613800138000',
  To: '+15005550006',
  Body: 'see you there 👍 日本',
  NumMedia: '0',
  NumSegments: '1',
}

let harness: TwilioHarness
let kept: Kept
let sink: ChannelSink

beforeEach(async () => {
  harness = await openTwilio()
  kept = { receipts: [], replies: [], stops: [] }
  sink = {
    receipt: async (receipt) => void kept.receipts.push(receipt),
    reply: async (reply) => void kept.replies.push(reply),
    stop: async (from, scope) => void kept.stops.push([from.value, scope]),
    reach: async () => {},
  }
})

afterEach(async () => {
  await harness.channel.stop()
  await harness.close()
})

describe('a status callback', () => {
  const status = {
    MessageSid: `SM${'3'.repeat(32)}`,
    MessageStatus: 'undelivered',
    ErrorCode: '30005',
  }

  test('becomes a receipt of the delivery that it names', async () => {
    const answer = await harness.call('status', status, sink, {
      query: { id: '0Q1abcdXXXXXXXX-3' },
    })
    expect(answer.status).toBe(204)
    expect(kept.receipts).toEqual([
      {
        connection: REF,
        providerId: '0Q1abcdXXXXXXXX-3',
        verdict: { state: 'failed', reason: 'no_such_recipient', detail: '30005' },
      },
    ])
  })

  test('is known by Twilio’s id where it names none', async () => {
    await harness.call('status', status, sink)
    expect(kept.receipts.map(({ providerId }) => providerId)).toEqual([status.MessageSid])
  })

  test('is handed on each time that it comes, in whatever order', async () => {
    for (const MessageStatus of ['delivered', 'delivered', 'sent', 'queued']) {
      await harness.call('status', { MessageSid: 'SM1', MessageStatus }, sink)
    }
    expect(kept.receipts.map(({ verdict }) => verdict.state)).toEqual([
      'delivered',
      'delivered',
      'accepted',
      'accepted',
    ])
  })

  test('with a status that means nothing here is acknowledged', async () => {
    const answer = await harness.call('status', { ...status, MessageStatus: 'receiving' }, sink)
    expect(answer.status).toBe(204)
    expect(kept.receipts).toEqual([])
  })

  test('that names no message is refused for good', async () => {
    const answer = await harness.call('status', { MessageStatus: 'sent' }, sink)
    expect(answer.status).toBe(400)
  })

  test('that could not be stored is not acknowledged', async () => {
    sink = { ...sink, receipt: () => Promise.reject(new Error('the store is away')) }
    await expect(harness.call('status', status, sink)).rejects.toThrow('the store is away')
  })
})

describe('a text from a phone', () => {
  test('is handed on, and answered with nothing', async () => {
    const answer = await harness.call('mo', MO, sink)
    expect(answer).toEqual({
      status: 200,
      headers: { 'Content-Type': 'text/xml; charset=utf-8' },
      body: expect.stringMatching(/<Response\/>$/),
    })
    expect(kept.replies).toEqual([
      {
        connection: REF,
        from: { channel: 'sms', value: '+8613800138000' },
        text: 'see you there 👍 日本',
        inboundId: MO.MessageSid,
      },
    ])
  })

  test('is handed on as it is where it says stop and Twilio does not: the engine decides', async () => {
    await harness.call('mo', { ...MO, Body: 'STOP' }, sink)
    expect(kept.replies.map(({ text }) => text)).toEqual(['STOP'])
    expect(kept.stops).toEqual([])
  })

  test.each([
    ['STOP', 'stop'],
    ['START', 'start'],
    ['HELP', 'help'],
  ])('that Twilio took as %s and answered is handed on as that', async (OptOutType, answered) => {
    await harness.call('mo', { ...MO, OptOutType, Body: 'a word of its own' }, sink)
    expect(kept.replies).toMatchObject([
      { text: 'a word of its own', inboundId: MO.MessageSid, answered },
    ])
    expect(kept.stops).toEqual([])
  })

  test.each(['10690', 'PASSALONG', 'whatsapp:+8613800138000', '', '+999123'])(
    'from %j is acknowledged and goes no further',
    async (From) => {
      const answer = await harness.call('mo', { ...MO, From }, sink)
      expect(answer.status).toBe(200)
      expect(kept.replies).toEqual([])
    },
  )

  test('without an id is refused for good', async () => {
    const { MessageSid: _, ...rest } = MO
    expect((await harness.call('mo', rest, sink)).status).toBe(400)
  })

  test('that could not be stored is not acknowledged', async () => {
    sink = { ...sink, reply: () => Promise.reject(new Error('the store is away')) }
    const stopping = harness.call('mo', { ...MO, OptOutType: 'STOP' }, sink)
    await expect(stopping).rejects.toThrow('the store is away')
  })
})

describe('a forged call', () => {
  const hookOf = (path: string) => harness.channel.hooks.find((hook) => hook.path.endsWith(path))!
  const url = `${CALLBACK}/hooks/sms/twilio/${SECRET}/mo`
  const request = (over: Partial<HookRequest> & { readonly signature?: string }): HookRequest => {
    const { headers, body } = signedCall(url, MO)
    return {
      method: 'POST',
      path: new URL(url).pathname,
      query: {},
      search: '',
      headers:
        over.signature === undefined
          ? headers
          : { ...headers, 'x-twilio-signature': over.signature },
      body: new TextEncoder().encode(body),
      ...over,
    }
  }

  test('passes where nothing is forged', async () => {
    expect((await hookOf('/mo').handle(request({}), sink)).status).toBe(200)
  })

  test.each([
    ['no signature', () => request({ headers: {} })],
    ['an empty one', () => request({ signature: '' })],
    ['another one', () => request({ signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })],
    ['one of another token', () => request({ headers: signedCall(url, MO, 'guess').headers })],
    [
      'one of another URL',
      () => request({ headers: signedCall('https://evil.example/', MO).headers }),
    ],
    ['another query', () => request({ query: { id: 'x' } })],
    [
      'another body',
      () =>
        request({ body: new TextEncoder().encode(signedCall(url, { ...MO, From: '+1' }).body) }),
    ],
    [
      'hostile bytes',
      () => request({ body: Uint8Array.from([0xff, 0x00, 0x3d, 0xfe, 0x26, 0x25]) }),
    ],
    ['a name of the prototype', () => request({ body: new TextEncoder().encode('__proto__=1') })],
  ])('with %s is refused, and nothing of it is kept', async (_name, make) => {
    expect(await hookOf('/mo').handle(make(), sink)).toMatchObject({ status: 403 })
    expect(kept).toEqual({ receipts: [], replies: [], stops: [] })
  })

  test('is refused whatever its signature where our token is empty', async () => {
    harness.setToken('')
    const { headers } = signedCall(url, MO, '')
    await expect(hookOf('/mo').handle(request({ headers }), sink)).rejects.toThrow()
    expect(kept.replies).toEqual([])
  })

  test('repeated parameters are signed as Twilio signs them', async () => {
    const body = `${signedCall(url, MO).body}&Extra=b&Extra=a`
    const { headers } = signedCall(url, { ...MO, Extra: 'aExtrab' })
    const bytes = new TextEncoder().encode(body)
    expect((await hookOf('/mo').handle(request({ headers, body: bytes }), sink)).status).toBe(200)
  })
})
