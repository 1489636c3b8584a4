import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GatewayFault, readGateway } from '#adapters/channels/sms-http/sms-http.ts'

const LEAST = { send: { url: 'https://sms.example/send?to={to}&text={text}' } }

function faultsOf(description: object): readonly string[] {
  try {
    readGateway(JSON.stringify(description))
  } catch (error) {
    if (error instanceof GatewayFault) return error.faults
    throw error
  }
  return []
}

const sending = (send: object): object => ({ ...LEAST, send: { ...LEAST.send, ...send } })

test('a description needs no more than where a text is sent', () => {
  expect(readGateway(JSON.stringify(LEAST))).toMatchObject({
    send: { method: 'POST', headers: {} },
    timeoutSeconds: 25,
    idempotent: false,
  })
})

describe('a fault names its place and what is wrong there', () => {
  test.each<[string, object, RegExp]>([
    ['nothing', {}, /^send is missing/],
    ['no URL', { send: {} }, /^send\.url is missing: it must be a text\.$/],
    ['a number for a text', sending({ url: 5 }), /^send\.url must be a text\.$/],
    [
      'another scheme',
      sending({ url: 'ftp://x/{to}{text}' }),
      /^send\.url must be an http or https/,
    ],
    ['no address', sending({ url: '{to}{text}' }), /^send\.url must be an http or https/],
    [
      'a host from a placeholder',
      sending({ url: 'https://{to}.x/{text}' }),
      /^send\.url must have no pl/,
    ],
    [
      'a password in the URL',
      sending({ url: 'https://a:b@x/{to}{text}' }),
      /^send\.url must have no pl/,
    ],
    [
      'an unknown placeholder',
      sending({ headers: { 'X-A': '{token}' } }),
      /^send\.headers\.X-A knows no placeholder \{token\}\.$/,
    ],
    [
      'one in JSON',
      sending({ body: { json: { a: ['{txt}'] } } }),
      /^send\.body\.json knows no placeholder \{txt\}\.$/,
    ],
    [
      'one in a form',
      sending({ body: { form: { a: '{txt}' } } }),
      /^send\.body\.form\.a knows no placeholder \{txt\}\.$/,
    ],
    ['a body of no kind', sending({ body: { xml: '' } }), /^send\.body must be \{"json"/],
    ['a header that is none', sending({ headers: { 'X A': '' } }), /^send\.headers/],
    ['a word misspelt', { ...LEAST, anwser: {} }, /^The file has nothing called "anwser"\.$/],
    [
      'a method that is none',
      sending({ method: 'SEND' }),
      /^send\.method must be one of GET, POST, PUT\.$/,
    ],
    ['too long a wait', { ...LEAST, timeoutSeconds: 89 }, /^timeoutSeconds must be at most 60\.$/],
    ['no JSONPath', { ...LEAST, answer: { id: '$.[' } }, /^answer\.id is not a JSONPath/],
    ['no place to look', { ...LEAST, answer: { id: 'id' } }, /^answer\.id must be a JSONPath/],
    [
      'one of several',
      { ...LEAST, answer: { id: ['$.a', 'id'] } },
      /^answer\.id must be a JSONPath/,
    ],
    [
      'no expression',
      { ...LEAST, answer: { id: { from: 'body', match: '(' } } },
      /^answer\.id is not a regular/,
    ],
    [
      'a rule for nothing',
      { ...LEAST, answer: { rules: [{ is: 'down' }] } },
      /^answer\.rules\[0\] must say for which/,
    ],
    [
      'a status that is none',
      { ...LEAST, answer: { rules: [{ status: '9xx', is: 'down' }] } },
      /^answer\.rules\[0\]\.status must be like 4xx\.$/,
    ],
    [
      'an outcome that is none',
      { ...LEAST, answer: { rules: [{ status: 500, is: 'retry' }] } },
      /^answer\.rules\[0\]\.is must be one of accepted/,
    ],
    [
      'a reason that is none',
      { ...LEAST, answer: { rules: [{ status: 500, is: 'permanent', reason: 'x' }] } },
      /^answer\.rules\[0\]\.reason must be one of/,
    ],
    [
      'receipts without a state',
      { ...LEAST, receipts: { id: '$.id', states: {} } },
      /^receipts\.state/,
    ],
    [
      'a signature without a secret',
      { ...LEAST, replies: { from: '$.a', text: '$.b', signature: { header: 'X' } } },
      /^replies\.signature\.secret is missing/,
    ],
    [
      'replies that cannot be told apart',
      { ...LEAST, replies: { from: '$.a', to: '$.b', text: '$.c' } },
      /^replies must say "id" or "at"/,
    ],
    [
      'replies in national numbers of no country',
      { ...LEAST, replies: { from: '$.a', text: '$.b', id: '$.c' } },
      /^replies reads numbers without \+ as national ones, but of no country/,
    ],
    [
      'a region that is none',
      { ...LEAST, replies: { from: '$.a', text: '$.b', id: '$.c', region: 'XX' } },
      /^replies\.region is not a country/,
    ],
    [
      'a number that is not sent',
      { send: { url: 'https://x/?{text}' } },
      /^send says nowhere \{to\}/,
    ],
    [
      'a text that is not sent',
      { send: { url: 'https://x/?{to}' } },
      /^send says nowhere \{text\}/,
    ],
    [
      'a signature that is not there',
      sending({ headers: { A: '{signature}' } }),
      /^send uses \{signature\}, but the file has no "signature"\.$/,
    ],
    [
      'a callback without receipts',
      sending({ headers: { A: '{callbackUrl}' } }),
      /^send uses \{callbackUrl\}, but the file has no "receipts"\.$/,
    ],
  ])('%s', (_name, description, fault) => {
    const faults = faultsOf(description)
    expect(faults).toEqual(expect.arrayContaining([expect.stringMatching(fault)]))
    for (const one of faults) expect(one).toMatch(/\.$/)
  })

  test('and all of them are told at once', () => {
    const faults = faultsOf({ send: { url: 'x', method: 'x' }, concurrency: 0, extra: 1 })
    expect(faults).toHaveLength(4)
  })

  test.each(['', '{', 'null', '[]', '"text"', '\u0000'])(
    '%j is told without a throw of its own',
    (text) => {
      expect(() => readGateway(text)).toThrow(GatewayFault)
    },
  )

  test('whatever stands in the file', () => {
    const parts = ['send', 'answer', 'probe', 'receipts', 'replies', 'encodings', 'from', 'about']
    const anyPart = fc.dictionary(fc.constantFrom(...parts), fc.jsonValue())
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), anyPart), (value) => {
        try {
          readGateway(JSON.stringify(value))
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayFault)
          for (const one of (error as GatewayFault).faults) expect(one).toMatch(/^\S.*\.$/s)
        }
      }),
    )
  })

  test('no value of the file is told, it may be a secret', () => {
    const faults = faultsOf(sending({ basicAuth: { username: 's3cret', password: ['s3cret'] } }))
    expect(faults.join()).toMatch(/^send\.basicAuth\.password must be a text\.$/)
  })
})
