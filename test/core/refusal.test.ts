import { expect, test } from 'vitest'
import { refusal } from '#core/refusal.ts'
import { sayError, textsFor } from '#locales/texts.ts'

test('a refusal is said in the language of the reader, with what it names', () => {
  const values = { host: '127.0.0.1', port: 8080 }
  const cause = new Error('EADDRINUSE')
  const error = refusal('unavailable', 'setup.cannot.port_in_use', { values, cause })
  expect(error).toMatchObject({ code: 'unavailable', cause })
  expect(error.message).toMatch(/^Port 8080 on 127\.0\.0\.1 is in use\./)
  expect(sayError(error, textsFor('en'))).toBe(error.message)
  expect(sayError(error, textsFor('zh-CN'))).toMatch(/^127\.0\.0\.1 的端口 8080 已被占用/)
})
