import { describe, expect, test } from 'vitest'
import { classifySmtpError, type SmtpFailure } from '#adapters/channels/email/classify.ts'
import type { Outcome } from '#core/delivery.ts'

const context = { whole: false, bucket: null }
const replied = (command: string, response: string, code = 'EENVELOPE'): SmtpFailure => ({
  code,
  command,
  response,
})

/** What the sender's page and the engine see of an outcome, in one word and a half. */
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

const RCPT = 'RCPT TO'
const MAIL = 'MAIL FROM'
const DATA = 'DATA'

describe('what a server replies', () => {
  test.each([
    // Passing trouble
    [RCPT, '450 4.2.0 Greylisted', 'transient retrying'],
    [RCPT, '451 Temporary local problem', 'transient retrying'],
    [RCPT, '452 4.2.2 Mailbox full', 'transient mailbox_full'],
    [MAIL, '421 4.3.2 Service shutting down', 'transient retrying'],
    ['CONN', '421 Too busy', 'transient retrying'],
    [DATA, '452 4.3.1 Insufficient system storage', 'transient retrying'],
    [DATA, '451 4.7.1 Try again later', 'transient retrying'],
    ['STARTTLS', '454 4.7.0 TLS not available', 'transient retrying'],
    [MAIL, '503 5.5.1 Bad sequence of commands', 'transient retrying'],
    // The address is dead
    [RCPT, '550 5.1.1 No such user', 'permanent no_such_recipient, suppress'],
    [RCPT, '550 5.1.10 Recipient not found', 'permanent no_such_recipient, suppress'],
    [RCPT, '553 5.1.3 Bad address syntax', 'permanent no_such_recipient, suppress'],
    [RCPT, '556 5.1.10 Null MX', 'permanent no_such_recipient, suppress'],
    [RCPT, '550 No such user', 'permanent no_such_recipient, suppress'],
    [RCPT, '551 User not local', 'permanent no_such_recipient, suppress'],
    [RCPT, '553 Mailbox name not allowed', 'permanent no_such_recipient, suppress'],
    [RCPT, '550', 'permanent no_such_recipient, suppress'],
    [DATA, '550 5.1.1 No such user', 'permanent no_such_recipient, suppress'],
    // About us, or about this message
    [RCPT, '550 5.7.1 Relaying denied', 'permanent blocked'],
    [RCPT, '554 5.7.1 Listed on a blocklist', 'permanent blocked'],
    [DATA, '550 5.7.26 Unauthenticated mail', 'permanent blocked'],
    [DATA, '550 Rejected', 'permanent refused'],
    [DATA, '554 Transaction failed', 'permanent refused'],
    [DATA, '554 5.6.0 Bad content', 'permanent bad_content'],
    [MAIL, '550 5.1.8 Sender domain does not exist', 'permanent refused'],
    [MAIL, '553 5.1.7 Bad sender address', 'permanent refused'],
    [RCPT, '550 5.1.8 Sender domain does not exist', 'permanent refused'],
    [MAIL, '553 Sender not owned by user', 'permanent refused'],
    [RCPT, '550 5.4.1 Access denied', 'permanent refused'],
    [RCPT, '550 5.2.1 Mailbox disabled', 'permanent not_reachable'],
    [RCPT, '552 5.2.2 Over quota', 'permanent mailbox_full'],
    [RCPT, '552 Quota exceeded', 'permanent mailbox_full'],
    [DATA, '552 5.3.4 Message too big', 'permanent too_large'],
    [DATA, '552 Message size exceeds fixed limit', 'permanent too_large'],
    [MAIL, '552 5.2.3 Message length exceeds limit', 'permanent too_large'],
    // Our access
    [MAIL, '530 5.7.0 Authentication required', 'down'],
    [RCPT, '530 Authentication required', 'down'],
    [MAIL, '538 5.7.11 Encryption required', 'down'],
    ['CONN', '554 5.7.1 No service for you', 'down'],
    ['EHLO', '550 Bad HELO', 'down'],
    ['STARTTLS', '502 Not implemented', 'down'],
  ])('to %s: %s → %s', (command, response, expected) => {
    expect(summary(classifySmtpError(replied(command, response), context))).toBe(expected)
  })

  test.each([
    ['535 5.7.8 Authentication credentials invalid', 'down'],
    ['534 5.7.9 Mechanism too weak', 'down'],
    ['538 5.7.11 Encryption required', 'down'],
    ['432 4.7.12 A password transition is needed', 'down'],
    ['500 Unknown command', 'down'],
    ['454 4.7.0 Temporary authentication failure', 'transient retrying'],
    ['421 Closing', 'transient retrying'],
  ])('to a login: %s → %s', (response, expected) => {
    const failure = replied('AUTH PLAIN', response, 'EAUTH')
    expect(summary(classifySmtpError(failure, context))).toBe(expected)
  })

  test('counts after the whole message too: it says that it was not taken', () => {
    const whole = { ...context, whole: true }
    const failure = replied(DATA, '451 4.3.0 Try again', 'EMESSAGE')
    expect(summary(classifySmtpError(failure, whole))).toBe('transient retrying')
  })

  test('comes back in minutes after greylisting, or when the server says', () => {
    const waits = ['450 4.2.0 Greylisted', '450 4.2.0 Greylisted, try again in 90 seconds'].map(
      (response) => classifySmtpError(replied(RCPT, response), context),
    )
    expect(waits).toMatchObject([{ retryAfterMs: 300_000 }, { retryAfterMs: 90_000 }])
    const day = replied(RCPT, '451 Come back after 24 hours')
    expect(classifySmtpError(day, context)).toMatchObject({ retryAfterMs: 3_600_000 })
  })

  test('rests the bucket where there is one and the server says that we are too fast', () => {
    const failure = replied(DATA, '454 Throttling failure: Maximum sending rate exceeded')
    expect(classifySmtpError(failure, { whole: true, bucket: 'email/default' })).toEqual({
      kind: 'throttled',
      bucket: 'email/default',
      retryAfterMs: 60_000,
    })
    expect(classifySmtpError(failure, context)).toMatchObject({
      kind: 'transient',
      retryAfterMs: 60_000,
    })
  })

  test('is shown in one line of bounded length', () => {
    const failure = replied(RCPT, `550-5.1.1 No such\r\n550 5.1.1 user ${'x'.repeat(500)}\u0007`)
    const outcome = classifySmtpError(failure, context)
    const detail = 'detail' in outcome ? outcome.detail : ''
    expect(detail).toMatch(/^550-5\.1\.1 No such 550 5\.1\.1 user x+…$/)
    expect(detail.length).toBeLessThanOrEqual(200)
  })
})

describe('where the connection broke', () => {
  test.each([
    [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED', command: 'CONN' }, 'transient retrying'],
    [{ code: 'ESOCKET', originalCode: 'ECONNRESET', command: 'CONN' }, 'transient retrying'],
    [{ code: 'ECONNECTION', command: 'CONN' }, 'transient retrying'],
    [{ code: 'ETIMEDOUT', command: 'CONN' }, 'transient retrying'],
    [{ code: 'EABORT' }, 'transient retrying'],
    [{ code: 'EPROTOCOL', response: '220garbage' }, 'transient retrying'],
    [{ code: 'EDNS', originalCode: 'EAI_AGAIN' }, 'transient retrying'],
    [{ code: 'EDNS', originalCode: 'ETIMEOUT' }, 'transient retrying'],
    [{ code: 'ETLS', command: 'CONN' }, 'transient retrying'],
    [{}, 'transient retrying'],
    [{ code: 'EDNS', originalCode: 'ENOTFOUND' }, 'down'],
    [{ code: 'ESOCKET', originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'down'],
    [{ code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }, 'down'],
    [{ code: 'ETLS', originalCode: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'down'],
    [{ code: 'ESOCKET', originalCode: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'down'],
    [{ code: 'EAUTH', command: 'API' }, 'down'],
    [{ code: 'ECONFIG' }, 'down'],
    [{ code: 'EMESSAGE', command: 'MAIL FROM' }, 'permanent too_large'],
    [{ code: 'EENVELOPE', command: 'API' }, 'permanent not_reachable'],
    [{ code: 'ESTREAM' }, 'permanent our_fault'],
  ] as [SmtpFailure, string][])('%j before all was sent → %s', (failure, expected) => {
    expect(summary(classifySmtpError(failure, context))).toBe(expected)
  })

  test.each(['ECONNECTION', 'ESOCKET', 'ETIMEDOUT', 'EABORT', 'EPROTOCOL'])(
    '%s after all was sent → unknown',
    (code) => {
      const failure = { code, command: 'CONN' }
      expect(summary(classifySmtpError(failure, { whole: true, bucket: null }))).toBe('unknown')
    },
  )

  test('a fault of our settings is told in words, another by its code', () => {
    const ours = { code: 'ECONFIG', message: 'a mail secret could not be read' }
    expect(classifySmtpError(ours, context)).toMatchObject({ detail: ours.message })
    const refused = { code: 'ESOCKET', originalCode: 'ECONNREFUSED', message: 'connect 10.0.0.7' }
    expect(classifySmtpError(refused, context)).toMatchObject({ detail: 'ECONNREFUSED' })
  })
})
