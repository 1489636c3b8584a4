import { describe, expect, test } from 'vitest'
import { classifyPush, readProbe } from '#adapters/channels/wap-push/classify.ts'
import type { Answer } from '#adapters/kannel/line.ts'
import type { Outcome } from '#core/delivery.ts'

/** As Kannel 1.4.5 writes it, with its blank before the `=`. */
const pap = (code: number, desc = 'As it is'): string =>
  `<?xml version="1.0"?><!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 1.0//EN" "http://www.wapforum.org/DTD/pap_1.0.dtd"><pap><push-response push-id="1" sender-name="x" reply-time="2026-11-30T22:53:19Z" sender-address="/wappush"><response-result code ="${code}" desc="${desc}"></response-result></push-response></pap>`
const BAD_MESSAGE =
  '<?xml version="1.0"?><pap><badmessage-response code="2000" desc="Not understood due to malformed syntax" bad-message-fragment="&lt;pap code=&quot;1001&quot;&gt;"></badmessage-response></pap>'
const answered = (status: number, text: string): Answer => ({ kind: 'answered', status, text })

function summary(outcome: Outcome): string {
  return 'reason' in outcome ? `${outcome.kind} ${outcome.reason}` : outcome.kind
}

describe('what a gateway answers', () => {
  test.each([
    [1000, 'accepted'],
    [1001, 'accepted'],
    [2000, 'permanent bad_content'],
    [2001, 'permanent blocked'],
    [2002, 'permanent no_such_recipient'],
    [2003, 'permanent no_such_recipient'],
    [2007, 'permanent refused'],
    [3000, 'transient retrying'],
    [3001, 'permanent refused'],
    [3006, 'permanent bad_content'],
    [3007, 'permanent not_reachable'],
    [3009, 'transient retrying'],
    [3010, 'transient retrying'],
    [4000, 'transient retrying'],
    [4001, 'transient retrying'],
    [5000, 'permanent not_reachable'],
  ])('202 with the result %i → %s', (code, expected) => {
    expect(summary(classifyPush(answered(202, pap(code))))).toBe(expected)
  })

  test('is read from its XML, and from nothing that is quoted in it', () => {
    const outcome = classifyPush(answered(202, BAD_MESSAGE))
    expect(outcome).toEqual({
      kind: 'permanent',
      reason: 'bad_content',
      detail: '2000 Not understood due to malformed syntax',
      suppress: false,
    })
  })

  test.each([
    [401, 'You must show your credentials.', 'down'],
    [403, '', 'down'],
    [404, '', 'down'],
    [302, '', 'down'],
    [400, 'Bad Request', 'permanent refused'],
    [400, BAD_MESSAGE, 'permanent bad_content'],
    [200, '<html><body>Welcome</body></html>', 'down'],
    [202, '', 'down'],
    [202, '<pap><response-result code="x"/></pap>', 'down'],
    [413, '', 'permanent too_large'],
    [503, '', 'transient retrying'],
    [500, '', 'unknown'],
    [502, pap(1001), 'unknown'],
  ])('%i %s → %s', (status, text, expected) => {
    expect(summary(classifyPush(answered(status, text)))).toBe(expected)
  })

  test.each([
    ['unsent', 'transient retrying'],
    ['lost', 'unknown'],
    ['misconfigured', 'down'],
  ] as const)('nothing, the request %s → %s', (kind, expected) => {
    expect(summary(classifyPush({ kind, cause: 'ECONNRESET' }))).toBe(expected)
  })

  test.each([
    ['ECONNREFUSED', 'transient'],
    ['EAI_AGAIN', 'transient'],
    ['TimeoutError', 'transient'],
    ['UND_ERR_CONNECT_TIMEOUT', 'transient'],
    ['ENOTFOUND', 'down'],
    ['CERT_HAS_EXPIRED', 'down'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'down'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'down'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'down'],
    ['UND_ERR_INVALID_ARG', 'down'],
  ] as const)('none, nothing was sent for %s → %s', (cause, kind) => {
    expect(classifyPush({ kind: 'unsent', cause })).toMatchObject({ kind, detail: cause })
  })

  test('is shown in one short line', () => {
    const outcome = classifyPush(answered(202, pap(3001, `no\n${'x'.repeat(900)}`)))
    const detail = 'detail' in outcome ? outcome.detail : ''
    expect(detail).toMatch(/^3001 no x+…$/)
    expect(detail.length).toBeLessThanOrEqual(200)
  })
})

describe('a probe', () => {
  test.each([
    [answered(202, BAD_MESSAGE), true],
    [answered(202, pap(2001)), false],
    [answered(401, 'You must show your credentials.'), false],
    [answered(404, ''), false],
    [answered(200, '<html></html>'), false],
    [{ kind: 'unsent', cause: 'ECONNREFUSED' }, false],
  ] as const)('%j → up: %s', (answer, up) => {
    expect(readProbe(answer).up).toBe(up)
  })
})
