import { describe, expect, test } from 'vitest'
import { DELIVERY_STATES, REASONS } from '#core/delivery.ts'
import { ERRORS } from '#core/errors.ts'
import { isTextKey, sayError, textsFor } from '#locales/texts.ts'

test('every state, reason and error code has its words', () => {
  const wanted = [
    ...DELIVERY_STATES.map((state) => `state.${state}`),
    ...REASONS.map((reason) => `reason.${reason}`),
    ...Object.keys(ERRORS).map((code) => `http.problem.${code}`),
  ]
  expect(wanted.filter((key) => !isTextKey(key))).toEqual([])
})

describe('an error', () => {
  const zh = textsFor('zh-CN')

  test('is said in the reader’s language where its reason is a text', () => {
    const error = { message: 'x', reason: 'account.fault.noAccount' }
    expect(sayError(error, zh)).toBe('没有这个账户。')
  })

  test('is said as it was thrown where it is not', () => {
    expect(sayError({ message: 'As thrown.', reason: 'own_link' }, zh)).toBe('As thrown.')
    expect(sayError({ message: 'As thrown.', reason: 'toString' }, zh)).toBe('As thrown.')
  })
})
