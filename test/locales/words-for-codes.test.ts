import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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

/** `internal` is a bug: its text is for the log. */
const OWN_WORDS = /new PassalongError\(\s*'(?!internal')\w+',\s*['"`]/

test('no refusal has words outside of the catalogue', () => {
  const root = join(import.meta.dirname, '../..')
  const files = ['src', 'adapters'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
  expect(files.length).toBeGreaterThan(200)
  const wrong = files.filter((file) => OWN_WORDS.test(readFileSync(join(root, file), 'utf8')))
  expect(wrong).toEqual([])
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
