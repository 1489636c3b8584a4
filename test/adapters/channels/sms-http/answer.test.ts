import { describe, expect, test } from 'vitest'
import { readAnswer } from '#adapters/channels/sms-http/answer.ts'
import { readGateway } from '#adapters/channels/sms-http/gateway.ts'
import type { Outcome } from '#core/delivery.ts'
import { example } from './harness.ts'

const context = { bucket: 'sms/http/default', secrets: ['s3cret'] }

function describing(answer: object) {
  const send = { url: 'https://sms.example/?to={to}&text={text}' }
  return readGateway(JSON.stringify({ send, answer }))
}

function read(
  gateway: ReturnType<typeof readGateway>,
  status: number,
  body: string | object = '',
  headers: Readonly<Record<string, string>> = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return readAnswer(gateway, { status, headers, body: text }, context)
}

/** An outcome in a word and a half. */
function summary(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'transient':
      return `transient ${outcome.reason}`
    case 'permanent':
      return `permanent ${outcome.reason}${outcome.suppress ? ', suppress' : ''}`
    default:
      return outcome.kind
  }
}

describe('without rules the HTTP status counts', () => {
  test.each([
    [200, 'accepted'],
    [202, 'accepted'],
    [302, 'down'],
    [400, 'permanent refused'],
    [401, 'down'],
    [402, 'down'],
    [403, 'down'],
    [404, 'down'],
    [408, 'unknown'],
    [413, 'permanent too_large'],
    [422, 'permanent refused'],
    [429, 'throttled'],
    [500, 'unknown'],
    [503, 'unknown'],
  ])('%i → %s', (status, expected) => {
    expect(summary(read(describing({}), status).outcome)).toBe(expected)
  })

  test('and Retry-After says for how long', () => {
    const { outcome } = read(describing({}), 429, '', { 'retry-after': '7' })
    expect(outcome).toEqual({ kind: 'throttled', bucket: context.bucket, retryAfterMs: 7_000 })
  })

  test.each(['soon', '-1', '1e9', '99999999', ''])('but not where it is %j', (header) => {
    const { outcome } = read(describing({}), 429, '', { 'retry-after': header })
    expect(outcome).toMatchObject({ retryAfterMs: 30_000 })
  })
})

describe('a rule', () => {
  const gateway = describing({
    id: '$.id',
    code: '$.error.code',
    detail: '$.error.text',
    rules: [
      { status: 409, is: 'accepted' },
      { status: ['5xx', 418], code: 'BUSY', is: 'transient', retryAfterSeconds: 9 },
      { code: [7, 'GONE'], is: 'permanent', reason: 'no_such_recipient', suppress: true },
      { code: 0, is: 'accepted' },
    ],
  })

  test.each([
    ['by its status', 409, {}, 'accepted'],
    ['by status and code', 503, { error: { code: 'BUSY' } }, 'transient retrying'],
    ['of a list of statuses', 418, { error: { code: 'BUSY' } }, 'transient retrying'],
    ['only where both fit', 400, { error: { code: 'BUSY' } }, 'permanent refused'],
    [
      'by a code that is a number',
      200,
      { error: { code: 7 } },
      'permanent no_such_recipient, suppress',
    ],
    [
      'by a code that is text',
      500,
      { error: { code: 'GONE' } },
      'permanent no_such_recipient, suppress',
    ],
    ['of success', 200, { error: { code: 0 } }, 'accepted'],
  ])('fits %s', (_name, status, body, expected) => {
    expect(summary(read(gateway, status, body).outcome)).toBe(expected)
  })

  test.each([
    ['another code', { error: { code: 99 } }],
    ['no code', { ok: true }],
    ['a list for a code', { error: { code: [0] } }],
    ['no JSON', '<html>0</html>'],
    ['nothing', ''],
    ['JSON without end', '{"error":{"code":0'],
    ['a deep nest', '['.repeat(20_000)],
  ])('that says which code is success makes %s uncertain', (_name, body) => {
    expect(read(gateway, 200, body).outcome.kind).toBe('unknown')
  })

  test('finds the gateway’s id, however large a number it is', () => {
    expect(read(gateway, 200, '{"id":12345678901234567890,"error":{"code":0}}').id).toBe(
      '12345678901234567890',
    )
    expect(read(gateway, 200, { error: { code: 0 } }).id).toBeNull()
  })

  test('tells what the gateway said, without our secret, without URLs, in few words', () => {
    const text = `bad key s3cret\u0000\r\nsee https://x/?key=s3cret ${'x'.repeat(900)}`
    const { outcome } = read(gateway, 200, { error: { code: 7, text } })
    const detail = 'detail' in outcome ? outcome.detail : ''
    expect(detail).toMatch(/^7: bad key … see … x+…$/)
    expect(detail.length).toBeLessThan(250)
  })
})

describe('an answer that is no JSON', () => {
  test('is read by a regular expression', () => {
    const gateway = describing({
      id: { from: 'body', match: '^OK: (\\S+)' },
      code: { from: 'body', match: '^(OK|ERR \\d+)' },
      rules: [
        { code: 'OK', is: 'accepted' },
        { code: 'ERR 114', is: 'permanent', reason: 'not_reachable' },
      ],
    })
    expect(read(gateway, 200, 'OK: abc123')).toEqual({
      outcome: { kind: 'accepted' },
      id: 'abc123',
    })
    expect(summary(read(gateway, 200, 'ERR 114, cannot route').outcome)).toBe(
      'permanent not_reachable',
    )
    expect(read(gateway, 200, 'ERR 9').outcome.kind).toBe('unknown')
  })

  test('is read as a form, or by its headers', () => {
    const gateway = describing({ id: ['header:Location', 'form:msgid'] })
    expect(read(gateway, 200, 'status=0&msgid=A%20B').id).toBe('A B')
    expect(read(gateway, 202, '', { location: '/messages/7' }).id).toBe('/messages/7')
  })
})

describe('what the examples make of answers as documented', () => {
  test.each([
    ['vonage', 200, { messages: [{ status: '0', 'message-id': '0C00' }] }, 'accepted', '0C00'],
    ['vonage', 200, { messages: [{ status: '1', 'error-text': 'Throttled' }] }, 'throttled', null],
    ['vonage', 200, { messages: [{ status: '4' }] }, 'down', null],
    ['vonage', 200, { messages: [{ status: '5' }] }, 'unknown', null],
    ['vonage', 200, { messages: [{ status: '7' }] }, 'permanent blocked', null],
    ['vonage', 200, { messages: [{ status: '12' }] }, 'permanent too_large', null],
    ['vonage', 200, { messages: [] }, 'unknown', null],
    [
      'yunpian',
      200,
      '{"code":0,"msg":"OK","sid":12345678901234567890}',
      'accepted',
      '12345678901234567890',
    ],
    ['yunpian', 400, { code: 33, msg: '超过频率' }, 'transient throttled', null],
    ['yunpian', 400, { code: 5, detail: '未匹配到模板' }, 'permanent bad_content', null],
    ['yunpian', 400, { code: -1 }, 'down', null],
    ['android-smsgate', 202, { id: 'x.1', state: 'Pending' }, 'accepted', 'x.1'],
    ['android-smsgate', 409, { message: 'exists' }, 'accepted', null],
    ['android-smsgate', 503, { message: 'limits' }, 'throttled', null],
    ['android-smsgate', 400, { message: 'invalid' }, 'permanent refused', null],
    ['android-smsgate', 500, { message: 'oops' }, 'unknown', null],
  ])('%s: %i %j → %s', (name, status, body, expected, id) => {
    const answer = read(readGateway(example(name), 'CN'), status, body)
    expect(summary(answer.outcome)).toBe(expected)
    expect(answer.id).toBe(id)
  })
})
