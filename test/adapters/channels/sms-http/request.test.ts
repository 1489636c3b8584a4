import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Gateway, readGateway } from '#adapters/channels/sms-http/gateway.ts'
import { type HttpRequest, requestOf } from '#adapters/channels/sms-http/request.ts'
import type { Values } from '#adapters/channels/sms-http/template.ts'
import { example, openChannel } from './harness.ts'

const VALUES: Values = {
  to: '+8613800138000',
  toDigits: '8613800138000',
  text: 'Ann: "look" <b>&amp;</b> {to} 100% 日本👍\r\nX-Evil: 1',
  from: '10690',
  id: '0Q1abcdXXXXXXXX-3',
  attempt: '2',
  callbackUrl: 'https://share.example.net/hooks/sms/http/s/receipt',
  secret: 'p@ss:"&=\u00e9',
  signature: '【示例】',
  templateId: 'T1',
  segments: '3',
  encoding: 'ucs2',
}

function request(send: object): HttpRequest {
  const base = { url: 'https://sms.example/{to}?t={text}' }
  return requestOf(gatewayOf({ ...base, ...send }).send, VALUES)
}

function gatewayOf(send: object): Gateway {
  const receipts = { id: '$.id', state: '$.s', states: {} }
  const parts = { from: '1', signature: 'S', templateId: 'T', receipts, send }
  return readGateway(JSON.stringify(parts))
}

describe('a value is escaped for where it stands', () => {
  test('in a URL', () => {
    const url = new URL(request({}).url)
    expect(url.pathname).toBe('/%2B8613800138000')
    expect(url.searchParams.get('t')).toBe(VALUES.text)
    expect([...url.searchParams.keys()]).toEqual(['t'])
  })

  test('in JSON, where segments and attempt alone are numbers', () => {
    const json = {
      '{to}': 'key {segments}',
      list: ['{text}', { n: '{segments}', a: '{attempt}', yes: true, none: null, id: 7 }],
    }
    const { body, headers } = request({ body: { json } })
    expect(JSON.parse(body!)).toEqual({
      '{to}': 'key 3',
      list: [VALUES.text, { n: 3, a: 2, yes: true, none: null, id: 7 }],
    })
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
  })

  test('in a form', () => {
    const { body } = request({ body: { form: { m: '{signature}{text}', to: '{to}' } } })
    expect([...new URLSearchParams(body!)]).toEqual([
      ['m', `【示例】${VALUES.text}`],
      ['to', '+8613800138000'],
    ])
  })

  test('in XML', () => {
    const text = '<sms to="{to}">{text}</sms>'
    const { body } = request({ body: { text, type: 'text/xml; charset=utf-8' } })
    expect(body).toBe(
      '<sms to="+8613800138000">Ann: &#34;look&#34; &#60;b&#62;&#38;amp;&#60;/b&#62; {to} 100% 日本👍\r\nX-Evil: 1</sms>',
    )
  })

  test('in plain text it stays as it is', () => {
    expect(request({ body: { text: '{to} {text}', type: 'text/plain' } }).body).toBe(
      `${VALUES.to} ${VALUES.text}`,
    )
  })

  test('in a header', () => {
    const { headers } = request({
      headers: { 'X-Text': '{text}', 'X-To': '{to}', 'X-Is': 'a {id}' },
    })
    expect(headers['x-text']).toBe(encodeURIComponent(VALUES.text))
    expect(headers['x-to']).toBe('+8613800138000')
    expect(headers['x-is']).toBe('a 0Q1abcdXXXXXXXX-3')
  })

  test('in basic auth', () => {
    const { headers } = request({ basicAuth: { username: 'u', password: '{secret}' } })
    const login = headers.authorization!.replace('Basic ', '')
    expect(Buffer.from(login, 'base64').toString()).toBe(`u:${VALUES.secret}`)
  })

  test('whatever it is', () => {
    const { send } = gatewayOf({
      url: 'https://sms.example/send?x={text}&to={to}',
      headers: { 'X-Text': '{text}' },
      body: { json: { text: '{text}' } },
    })
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const made = requestOf(send, { ...VALUES, text })
        const url = new URL(made.url)
        expect(url.searchParams.get('x')).toBe(text.toWellFormed())
        expect(url.searchParams.get('to')).toBe(VALUES.to)
        expect(JSON.parse(made.body!)).toEqual({ text: text.toWellFormed() })
        expect(made.headers['x-text']).toMatch(/^[\x20-\x7e]*$/)
      }),
    )
  })

  test('a content type of one’s own stays', () => {
    const { headers } = request({
      headers: { 'Content-Type': 'application/vnd.sms+json' },
      body: { json: {} },
    })
    expect(headers['content-type']).toBe('application/vnd.sms+json')
  })
})

describe('an example', () => {
  const made = (name: string) => requestOf(readGateway(example(name), 'CN').send, VALUES)

  test('for SMSGate asks the phone as its API has it', () => {
    const { method, url, headers, body } = made('android-smsgate')
    expect([method, url]).toEqual(['POST', 'http://192.168.1.20:8080/messages'])
    expect(headers.authorization).toMatch(/^Basic /)
    expect(JSON.parse(body!)).toEqual({
      id: '0Q1abcdXXXXXXXX-3.2',
      textMessage: { text: VALUES.text },
      phoneNumbers: ['+8613800138000'],
      withDeliveryReport: true,
      ttl: 86_400,
    })
  })

  test('for Vonage sends a form with the kind of text and our id', () => {
    const { method, url, body } = made('vonage')
    expect([method, url]).toEqual(['POST', 'https://rest.nexmo.com/sms/json'])
    expect(Object.fromEntries(new URLSearchParams(body!))).toEqual({
      api_key: 'abcd1234',
      api_secret: VALUES.secret,
      from: '10690',
      to: '8613800138000',
      text: VALUES.text,
      type: 'ucs2',
      'client-ref': VALUES.id,
      'status-report-req': '1',
      callback: VALUES.callbackUrl,
    })
  })

  test('for Vonage names the kind of text as Vonage does', () => {
    expect(readGateway(example('vonage')).encodings).toEqual({ gsm7: 'text', ucs2: 'unicode' })
  })

  test('for Yunpian puts the signature in front', () => {
    const { url, body } = made('yunpian')
    expect(url).toBe('https://sms.yunpian.com/v2/sms/single_send.json')
    expect(Object.fromEntries(new URLSearchParams(body!))).toEqual({
      apikey: VALUES.secret,
      mobile: '+8613800138000',
      text: `【示例】${VALUES.text}`,
      uid: VALUES.id,
      callback_url: VALUES.callbackUrl,
    })
  })

  test.each(['android-smsgate', 'vonage', 'yunpian'])('for %s says that it is untried', (name) => {
    expect(JSON.parse(example(name)).about.join(' ')).toContain('Untried')
  })

  test.each(['android-smsgate', 'vonage', 'yunpian'])('for %s has both hooks', async (name) => {
    const channel = await openChannel(example(name))
    expect(channel.hooks.map(({ path }) => path.split('/').at(-1))).toEqual(['receipt', 'mo'])
    await channel.stop()
  })
})
