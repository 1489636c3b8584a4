import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keepSessionSecret } from '#src/compose/session-secret.ts'

let folder: string
const file = (): string => join(folder, 'session-secret')
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'passalong-secret-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the secret of a data folder', () => {
  test('is made once, long and random, for its owner alone', () => {
    const made = keepSessionSecret(folder)
    expect(made).toMatch(/^[\w-]{43}$/)
    expect(keepSessionSecret(folder)).toBe(made)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })

  test('is its owner’s alone again when it came back from a backup', () => {
    const made = keepSessionSecret(folder)
    chmodSync(file(), 0o644)
    expect(keepSessionSecret(folder)).toBe(made)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })

  test('is never replaced where it is damaged', () => {
    writeFileSync(file(), 'short')
    expect(() => keepSessionSecret(folder)).toThrow(/session-secret.*backup/)
    expect(readFileSync(file(), 'utf8')).toBe('short')
  })
})
