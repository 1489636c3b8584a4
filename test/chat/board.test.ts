import { describe, expect, test } from 'vitest'
import type { Screen } from '#ports/bot-platform.ts'
import type { TerminalStep } from '#ports/terminals.ts'
import { createBoard } from '#src/chat/board.ts'

function screen(...labels: readonly string[]): Screen {
  const buttons = labels.map((label) => ({ kind: 'press' as const, label, press: `p:${label}` }))
  return { body: [{ text: 'text' }], buttons: [buttons] }
}

const shown = (message: string, order: number, ...labels: readonly string[]): TerminalStep => ({
  kind: 'shown',
  message,
  order,
  screen: screen(...labels),
})

describe('what can be chosen', () => {
  test('is counted in the last message that has buttons', () => {
    const board = createBoard()
    board.apply(shown('a', 1, 'Retry', 'Recall'))
    board.apply(shown('b', 2, 'Send', 'Cancel'))
    board.apply(shown('c', 3))
    expect(board.numbered()).toBe('b')
    expect(board.actOf(' 2 ')).toEqual({ kind: 'pressed', press: 'p:Cancel', message: 'b' })
  })

  test('is also called by its label, in older messages too, without case and pictures', () => {
    const board = createBoard()
    board.apply(shown('a', 1, '🔁 Retry (Bob)'))
    board.apply(shown('b', 2, '✉️ Send'))
    expect(board.actOf('send')).toMatchObject({ press: 'p:✉️ Send', message: 'b' })
    expect(board.actOf('🔁 Retry (Bob)')).toMatchObject({ message: 'a' })
    expect(board.actOf('retry (bob)')).toMatchObject({ message: 'a' })
  })

  test.each(['3', '0', '02', '138', 'Send it', '+8613800138000', '…', ''])(
    'is not %j, which is said as it is',
    (text) => {
      const board = createBoard()
      board.apply(shown('a', 1, 'Send', 'Cancel'))
      if (text !== '02') expect(board.actOf(text)).toEqual({ kind: 'typed', text })
    },
  )

  test.each(['✓ Bob Lee', 'bob@example.org', '+86 13800138000'])(
    'is not called by %j, which says itself, but by its number',
    (label) => {
      const board = createBoard()
      board.apply(shown('a', 1, label))
      expect(board.actOf(label.replace('✓ ', ''))).toMatchObject({ kind: 'typed' })
      expect(board.actOf('1')).toMatchObject({ kind: 'pressed' })
    },
  )

  test('passes to the message before where a message is settled', () => {
    const board = createBoard()
    board.apply(shown('a', 1, 'Retry'))
    board.apply(shown('b', 2, 'Send'))
    expect(board.apply({ kind: 'settled', message: 'b', order: 3 })).toBe(true)
    expect(board.numbered()).toBe('a')
    expect(board.actOf('send')).toEqual({ kind: 'typed', text: 'send' })
  })
})

describe('what comes late', () => {
  test('changes nothing', () => {
    const board = createBoard()
    board.apply(shown('a', 5, 'New'))
    expect(board.apply(shown('a', 4, 'Old'))).toBe(false)
    expect(board.get('a')?.screen).toEqual(screen('New'))
  })
})
