import { describe, expect, test } from 'vitest'
import {
  classifyTwilioCode,
  classifyTwilioFailure,
  verdictOf,
} from '#adapters/channels/sms-twilio/classify.ts'
import type { Outcome } from '#core/delivery.ts'

const context = { bucket: 'sms/twilio/+15005550006', attempt: 1 }

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

describe('an error of Twilio’s', () => {
  test.each([
    [21211, 400, 'permanent no_such_recipient'],
    [21614, 400, 'permanent not_reachable'],
    [21612, 400, 'permanent not_reachable'],
    [21408, 400, 'permanent refused'],
    [21608, 400, 'permanent refused'],
    [30005, 400, 'permanent no_such_recipient'],
    [30006, 400, 'permanent not_reachable'],
    [30007, 400, 'permanent bad_content'],
    [21617, 400, 'permanent too_large'],
    [21610, 400, 'permanent blocked, suppress'],
    [30003, 400, 'transient not_reachable'],
    [20429, 429, 'throttled'],
    [21611, 400, 'throttled'],
    [14107, 429, 'throttled'],
    [63038, 429, 'throttled'],
    [20003, 401, 'down'],
    [20003, 403, 'down'],
    [20005, 403, 'down'],
    [20404, 404, 'down'],
    [21606, 400, 'down'],
    [21609, 400, 'down'],
    [21659, 400, 'down'],
    [21705, 400, 'down'],
    [99999, 400, 'permanent refused'],
    [99999, 500, 'unknown'],
    [undefined, 302, 'down'],
    [undefined, 401, 'down'],
    [undefined, 404, 'down'],
    [undefined, 408, 'unknown'],
    [undefined, 429, 'throttled'],
    [undefined, 500, 'unknown'],
    [undefined, 502, 'unknown'],
    [undefined, 503, 'unknown'],
  ])('%s with HTTP %s → %s', (code, status, expected) => {
    expect(summary(classifyTwilioFailure({ status, code }, context))).toBe(expected)
  })

  test('is told in few words, without the URL of our callback', () => {
    const message = `The StatusCallback URL https://share.example.net/hooks/sms/twilio/s3cret/status
      is not valid ${'x'.repeat(500)}`
    const outcome = classifyTwilioFailure({ status: 400, code: 21609, message }, context)
    const detail = 'detail' in outcome ? outcome.detail : ''
    expect(detail).toMatch(/^21609: The StatusCallback URL … is not valid x+…$/)
    expect(detail.length).toBeLessThanOrEqual(220)
  })

  test('a handset that is switched off is tried a few times, not for ever', () => {
    const kinds = [1, 2, 3, 4, 5].map(
      (attempt) => classifyTwilioCode(30003, { ...context, attempt }).kind,
    )
    expect(kinds).toEqual(['transient', 'transient', 'transient', 'permanent', 'permanent'])
  })

  test('a text that failed at once without a reason is refused', () => {
    expect(summary(classifyTwilioCode(null, context))).toBe('permanent refused')
  })
})

describe('no answer at all', () => {
  test.each([
    [{ code: 'ECONNREFUSED' }, 'transient retrying'],
    [{ code: 'EHOSTUNREACH' }, 'transient retrying'],
    [{ code: 'EAI_AGAIN' }, 'transient retrying'],
    [{ code: 'ETIMEDOUT', syscall: 'connect' }, 'transient retrying'],
    [{ code: 'ENOTFOUND' }, 'down'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'down'],
    [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER', syscall: 'connect' }, 'down'],
    [{ code: 'ETIMEDOUT', syscall: 'read' }, 'unknown'],
    [{ code: 'ECONNRESET' }, 'unknown'],
    [{ code: 'ECONNABORTED' }, 'unknown'],
    [{ code: 'ERR_CANCELED' }, 'unknown'],
    [{}, 'unknown'],
  ])('%j → %s', (network, expected) => {
    expect(summary(classifyTwilioFailure({ network }, context))).toBe(expected)
  })
})

describe('a status', () => {
  test.each([
    ['queued', null, 'accepted', null],
    ['sent', null, 'accepted', null],
    ['delivered', null, 'delivered', null],
    ['read', null, 'delivered', null],
    ['undelivered', 30003, 'failed', 'not_reachable'],
    ['undelivered', 30005, 'failed', 'no_such_recipient'],
    ['undelivered', 30007, 'failed', 'bad_content'],
    ['undelivered', null, 'failed', 'not_reachable'],
    ['failed', 21610, 'failed', 'blocked'],
    ['failed', 30001, 'failed', 'our_fault'],
    ['failed', 30002, 'failed', 'our_fault'],
    ['failed', 12345, 'failed', 'refused'],
  ])('%s %s → %s %s', (status, code, state, reason) => {
    expect(verdictOf(status, code)).toMatchObject({ state, reason })
  })

  test('of another kind means nothing', () => {
    expect(verdictOf('receiving', null)).toBeNull()
  })
})
