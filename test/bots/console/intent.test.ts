import { describe, expect, test } from 'vitest'
import { intentOf } from '#bots/console/intent.ts'

const typed = (text: string) => intentOf({ kind: 'typed', text })

describe('a line that is typed', () => {
  test.each([
    ['https://example.org/a bob', 'https://example.org/a bob'],
    ['  padded ', 'padded'],
    ['/', '/'],
    ['/usr/bin/env', '/usr/bin/env'],
    ['//example.org', '//example.org'],
    ['/ share', '/ share'],
  ])('%j is said', (text, said) => {
    expect(typed(text)).toMatchObject({ kind: 'said', content: { text: said } })
  })

  test.each([
    ['/help', 'help', ''],
    ['/Share  https://example.org/a bob -- hi', 'share', 'https://example.org/a bob -- hi'],
    ['/lang\u3000中文', 'lang', '中文'],
  ])('%j is a command', (text, command, rest) => {
    expect(typed(text)).toMatchObject({ kind: 'command', command, content: { text: rest } })
  })

  test('begins anew, perhaps with what a link carries', () => {
    expect(typed('/start')).toEqual({ kind: 'started', payload: null })
    expect(typed('/start abc_D-9')).toEqual({ kind: 'started', payload: 'abc_D-9' })
  })

  test('names a command that there is not as it was written', () => {
    expect(typed('/Shaer x')).toEqual({ kind: 'unknown-command', name: 'Shaer' })
  })
})

test('a button is pressed as it was made', () => {
  const act = { kind: 'pressed', press: 'd:x:send', message: 'm1' } as const
  expect(intentOf(act)).toEqual(act)
})
