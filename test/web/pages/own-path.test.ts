import { describe, expect, test } from 'vitest'
import { ownPath } from '#web/routes/page-context.ts'

const SITE = 'https://pass.example.org'

describe('the way back after signing in', () => {
  test.each(['/', '/share?url=https%3A%2F%2Fexample.org%2F&to=a%40b.org', '/shares/1?done=1'])(
    '%s is kept',
    (path) => expect(ownPath(path)).toBe(path),
  )

  test.each([
    '//evil.example/',
    '/.//evil.example/',
    '/..//evil.example/',
    '/a/..//evil.example/',
    '/%2e//evil.example/',
    '/a/%2E%2e//evil.example/',
    '/./%2e//evil.example',
    '/a/..///evil.example/',
    '/\\evil.example',
    '/\t/evil.example',
    ' //evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
  ])('%j leads nowhere else', (path) => {
    const kept = ownPath(path)
    expect(new URL(kept, SITE).origin).toBe(SITE)
    expect(kept).toMatch(/^\/(?!\/)/)
  })
})
