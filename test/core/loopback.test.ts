import { expect, test } from 'vitest'
import { isLoopback } from '#core/loopback.ts'

test.each([
  ['http://localhost:8080', true],
  ['http://localhost.', true],
  ['http://go.localhost', true],
  ['http://127.9.9.9', true],
  ['http://[::1]:80', true],
  ['http://2130706433', true],
  ['not a URL', true],
  ['http://192.168.1.2', false],
  ['https://localhost.example.org', false],
])('%s leads to the machine that opens it: %s', (url, loopback) => {
  expect(isLoopback(url)).toBe(loopback)
})
