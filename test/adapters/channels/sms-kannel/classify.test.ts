import { describe, expect, test } from 'vitest'
import { classifySendsms, readProbe } from '#adapters/channels/sms-kannel/classify.ts'
import type { Answer } from '#adapters/kannel/line.ts'
import type { Outcome } from '#core/delivery.ts'

const answered = (status: number, text: string): Answer => ({ kind: 'answered', status, text })

function summary(outcome: Outcome): string {
  return 'reason' in outcome ? `${outcome.kind} ${outcome.reason}` : outcome.kind
}

describe('what sendsms answers', () => {
  test.each([
    [202, '0: Accepted for delivery', 'accepted'],
    [202, '3: Queued for later delivery', 'accepted'],
    [400, 'Number(s) has/have been denied by white- and/or black-lists.', 'permanent blocked'],
    [400, 'Charset or body misformed, rejected', 'permanent bad_content'],
    [400, 'Empty text not allowed, rejected', 'permanent bad_content'],
    [400, 'UDH field is too long, rejected', 'permanent too_large'],
    [400, 'Missing receiver(s) number(s), rejected', 'permanent refused'],
    [400, '', 'permanent refused'],
    [400, 'Sender missing and no global set, rejected', 'down'],
    [400, 'DLR-URL field misformed, rejected', 'down'],
    [400, 'Unsupported content-type, rejected', 'down'],
    [413, 'Request Entity Too Large', 'permanent too_large'],
    [403, 'Not routable. Do not try again.', 'permanent not_reachable'],
    [403, 'Authorization failed for sendsms', 'down'],
    [401, '', 'down'],
    [404, 'Unknown request.', 'down'],
    [200, '<html>Welcome to nginx</html>', 'down'],
    [302, '', 'down'],
    [503, 'Temporal failure, try again later.', 'transient retrying'],
    [429, 'Too many requests', 'transient retrying'],
    [500, '', 'unknown'],
    [502, 'Bad Gateway', 'unknown'],
    [504, 'Gateway Timeout', 'unknown'],
  ])('%i %s → %s', (status, text, expected) => {
    expect(summary(classifySendsms(answered(status, text)))).toBe(expected)
  })

  test.each([
    ['unsent', 'transient retrying'],
    ['lost', 'unknown'],
    ['misconfigured', 'down'],
  ] as const)('none, the request %s → %s', (kind, expected) => {
    expect(summary(classifySendsms({ kind, cause: 'ECONNRESET' }))).toBe(expected)
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
    expect(classifySendsms({ kind: 'unsent', cause })).toMatchObject({ kind, detail: cause })
  })

  test('is shown in one line of bounded length', () => {
    const outcome = classifySendsms(answered(400, `No\r\n\u0000such ${'x'.repeat(900)}`))
    const detail = 'detail' in outcome ? outcome.detail : ''
    expect(detail).toMatch(/^400 No such x+…$/)
    expect(detail.length).toBeLessThanOrEqual(200)
  })
})

describe('a probe', () => {
  test.each([
    [answered(400, 'Missing receiver(s) number(s), rejected'), true],
    [answered(403, 'Authorization failed for sendsms'), false],
    [answered(404, 'Unknown request.'), false],
    [answered(400, 'Bad Request'), false],
    [answered(202, '0: Accepted for delivery'), false],
    [{ kind: 'unsent', cause: 'ECONNREFUSED' }, false],
    [{ kind: 'lost', cause: 'TimeoutError' }, false],
  ] as const)('%j → up: %s', (answer, up) => {
    expect(readProbe(answer).up).toBe(up)
  })
})
