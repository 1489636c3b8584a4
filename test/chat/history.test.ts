import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { historyPath, openHistory } from '#src/chat/history.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'passalong-test-'))
  path = historyPath({ XDG_STATE_HOME: folder })
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the history of a terminal', () => {
  test('is kept for this user alone, the newest first', () => {
    openHistory(path).add('/help')
    openHistory(path).add('https://example.org/a bob@example.org')
    expect(openHistory(path).lines).toEqual(['https://example.org/a bob@example.org', '/help'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
  })

  test.each(['123456', '123 456', '１２３４５６', ' 654321 ', '1', ' /secret', ''])(
    'holds no %j: numbers are choices or PINs',
    (line) => {
      const history = openHistory(path)
      history.add(line)
      history.add('/help')
      expect(readFileSync(path, 'utf8')).toBe('/help\n')
    },
  )

  test('does not grow for ever', () => {
    openHistory(path).add('first')
    writeFileSync(path, Array.from({ length: 1_500 }, (_, i) => `line ${i}\n`).join(''))
    const { lines } = openHistory(path)
    expect([lines.length, lines[0]]).toEqual([500, 'line 1499'])
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(501)
  })

  test('is done without where it cannot be kept', () => {
    const history = openHistory('/dev/null/chat-history')
    history.add('/help')
    expect(history.lines).toEqual([])
  })
})
