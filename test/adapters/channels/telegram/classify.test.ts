import { describe, expect, test } from 'vitest'
import { classifyTelegram } from '#adapters/channels/telegram/classify.ts'
import {
  type TelegramError,
  TelegramRefusal,
  TelegramTokenMissing,
  TelegramUnreached,
} from '#adapters/telegram/errors.ts'
import type { Outcome } from '#core/delivery.ts'

const outcomeOf = (error: TelegramError, reached = false): Outcome =>
  classifyTelegram(error, { reached, bucketAfter: (waitMs) => `bucket for ${waitMs}` })

const refused = (code: number, description: string, retryAfterMs: number | null = null) =>
  new TelegramRefusal('sendMessage', code, description, { migratedTo: null, retryAfterMs })

/** An outcome in a word and a half. */
function summary(outcome: Outcome): string {
  if (outcome.kind !== 'permanent') return outcome.kind
  return `permanent ${outcome.reason}${outcome.suppress ? ', suppress' : ''}`
}

describe('what Telegram refuses', () => {
  test.each([
    ['Forbidden: bot was blocked by the user', 'permanent blocked, suppress'],
    ['Forbidden: user is deactivated', 'permanent no_such_recipient, suppress'],
    ["Forbidden: bot can't initiate conversation with a user", 'needs-recipient'],
    ["Forbidden: bot can't send messages to bots", 'permanent not_reachable, suppress'],
    ["Forbidden: the bot can't send messages to the bot", 'permanent not_reachable, suppress'],
    ['Forbidden: bot was kicked from the group chat', 'permanent not_reachable, suppress'],
    ['Forbidden: bot was kicked from the supergroup chat', 'permanent not_reachable, suppress'],
    ['Forbidden: bot is not a member of the supergroup chat', 'permanent not_reachable, suppress'],
    ['Forbidden: the group chat was deleted', 'permanent not_reachable, suppress'],
    ['Forbidden: something that Telegram will say next year', 'permanent refused'],
  ])('403 %s', (description, expected) => {
    expect(summary(outcomeOf(refused(403, description)))).toBe(expected)
  })

  test.each([
    ['Bad Request: chat not found', 'needs-recipient'],
    ['Bad Request: PEER_ID_INVALID', 'needs-recipient'],
    ['Bad Request: not enough rights to send text messages to the chat', 'permanent refused'],
    ['Bad Request: CHAT_WRITE_FORBIDDEN', 'permanent refused'],
    ['Bad Request: USER_PRIVACY_RESTRICTED', 'permanent refused'],
    ['Bad Request: group chat was upgraded to a supergroup chat', 'permanent not_reachable'],
    ['Bad Request: message is too long', 'permanent too_large'],
    ["Bad Request: can't parse entities", 'permanent our_fault'],
    ['Bad Request: BUTTON_URL_INVALID', 'permanent our_fault'],
  ])('400 %s', (description, expected) => {
    expect(summary(outcomeOf(refused(400, description)))).toBe(expected)
  })

  test.each(['Bad Request: chat not found', 'Bad Request: PEER_ID_INVALID'])(
    '400 %s, of a chat that was written to before: nobody is there any more',
    (description) => {
      expect(summary(outcomeOf(refused(400, description), true))).toBe(
        'permanent no_such_recipient, suppress',
      )
    },
  )

  test.each([
    [401, 'Unauthorized', 'down'],
    [404, 'Not Found', 'down'],
    [409, 'Conflict: terminated by other getUpdates request', 'transient'],
    [413, 'Request Entity Too Large', 'permanent too_large'],
    [418, "I'm a teapot", 'permanent our_fault'],
    [500, 'Internal Server Error: sent message was immediately deleted', 'unknown'],
    [502, 'Bad Gateway', 'unknown'],
    [504, 'Gateway Timeout', 'unknown'],
  ])('%i %s', (code, description, expected) => {
    expect(summary(outcomeOf(refused(code, description)))).toBe(expected)
  })

  test('429: the bucket waits for as long as Telegram says', () => {
    expect(outcomeOf(refused(429, 'Too Many Requests: retry after 7', 7_000))).toEqual({
      kind: 'throttled',
      bucket: 'bucket for 7000',
      retryAfterMs: 7_000,
    })
    expect(outcomeOf(refused(429, 'Too Many Requests'))).toMatchObject({ retryAfterMs: 5_000 })
  })

  test('is told to the sender in Telegram’s words', () => {
    const outcome = outcomeOf(refused(403, 'Forbidden: bot was blocked by the user'))
    expect(outcome).toMatchObject({ detail: 'Forbidden: bot was blocked by the user' })
  })
})

describe('no answer', () => {
  test.each([
    ['ECONNREFUSED', 'connect', 'transient'],
    ['ETIMEDOUT', 'connect', 'transient'],
    ['EAI_AGAIN', 'getaddrinfo', 'transient'],
    ['ENOTFOUND', 'getaddrinfo', 'down'],
    ['CERT_HAS_EXPIRED', 'connect', 'down'],
    ['ECONNRESET', undefined, 'unknown'],
    ['UND_ERR_HEADERS_TIMEOUT', undefined, 'unknown'],
    ['unreadable answer', undefined, 'unknown'],
    [undefined, undefined, 'unknown'],
  ])('%s at %s', (code, syscall, expected) => {
    const error = new TelegramUnreached('sendMessage', { code, syscall })
    expect(outcomeOf(error).kind).toBe(expected)
  })

  test('without a token the connection is down: nothing is lost', () => {
    expect(outcomeOf(new TelegramTokenMissing('sendMessage')).kind).toBe('down')
  })
})
