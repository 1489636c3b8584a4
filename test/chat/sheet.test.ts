import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSheet, type Sheet } from '#src/chat/sheet.ts'
import { Screen } from '#test/fixtures/screen.ts'

/** A sheet on a screen, above a prompt of one row. */
function sheetOn(rows: number, { movable = true } = {}): { screen: Screen; sheet: Sheet } {
  const screen = new Screen(20, rows)
  const sheet = createSheet({
    write: (text) => screen.write(text),
    size: () => (movable ? { columns: 20, rows } : null),
    prompt: {
      rows: () => ({ above: 0, all: 1 }),
      draw: () => screen.write('\r\x1b[J> '),
    },
  })
  return { screen, sheet }
}

describe('a sheet', () => {
  test('prints blocks below each other, above the prompt', () => {
    const { screen, sheet } = sheetOn(10)
    sheet.put('a', ['one'])
    sheet.put('b', ['two', 'three'])
    expect(screen.text).toBe('one\ntwo\nthree\n>')
  })

  test('changes a block in its place, whatever its height becomes', () => {
    const { screen, sheet } = sheetOn(10)
    sheet.put('a', ['one'])
    sheet.put('b', ['below'])
    sheet.put('a', ['first', 'second'])
    expect(screen.text).toBe('first\nsecond\nbelow\n>')
    sheet.put('a', ['short'])
    expect(screen.text).toBe('short\nbelow\n>')
  })

  test('keeps the typed line where it was entered', () => {
    const { screen, sheet } = sheetOn(10)
    sheet.put('a', ['old'])
    screen.write('hello\n')
    sheet.entered(['> hello'])
    sheet.put('b', ['answer'])
    sheet.put('a', ['new'])
    expect(screen.text).toBe('new\n> hello\nanswer\n>')
  })

  test('takes a line that was typed away again', () => {
    const { screen, sheet } = sheetOn(3)
    sheet.put('a', ['1', '2'])
    screen.write('4\n')
    sheet.withdraw(1)
    expect(screen.text).toBe('2\n>')
    sheet.put('a', ['one', 'two'])
    expect(screen.text).toMatch(/two\n>$/)
  })

  test('prints what has scrolled away again below, and changes it there from then on', () => {
    const { screen, sheet } = sheetOn(4)
    sheet.put('a', ['status 1'])
    sheet.put('b', ['1', '2', '3'])
    sheet.put('a', ['status 2'])
    expect(screen.above).toContain('status 1')
    expect(screen.text).toBe('2\n3\nstatus 2\n>')
    sheet.put('a', ['status 3'])
    expect(screen.text).toBe('2\n3\nstatus 3\n>')
  })

  test('leaves what is only touched as it is where it cannot be reached', () => {
    const { screen, sheet } = sheetOn(4)
    sheet.put('a', ['old'])
    sheet.put('b', ['1', '2', '3'])
    sheet.touch('a', ['new'])
    expect(screen.text).toBe('1\n2\n3\n>')
  })

  test('after a resize prints what changes anew, and moves over nothing that it printed before', () => {
    const { screen, sheet } = sheetOn(10)
    sheet.put('a', ['old'])
    sheet.lose()
    sheet.put('a', ['new'])
    expect(screen.text).toBe('old\nnew\n>')
  })

  test('writes nothing where nothing has changed', () => {
    const { screen, sheet } = sheetOn(3)
    sheet.put('a', ['one'])
    sheet.put('b', ['1', '2', '3'])
    const before = [screen.text, ...screen.above]
    sheet.put('a', ['one'])
    sheet.touch('b', ['1', '2', '3'])
    expect([screen.text, ...screen.above]).toEqual(before)
  })

  test('moves no cursor where it cannot be moved', () => {
    const written: string[] = []
    const sheet = createSheet({
      write: (text) => written.push(text),
      size: () => null,
      prompt: { rows: () => ({ above: 0, all: 1 }), draw() {} },
    })
    sheet.put('a', ['one'])
    sheet.put('b', ['two'])
    sheet.put('a', ['three'])
    expect(written.join('')).toBe('one\n\ntwo\n\nthree\n')
  })

  test('whatever is put, the bottom of the screen shows the last state of what was put last', () => {
    const put = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      rows: fc.array(fc.constantFrom('x', 'yy', 'zzz'), { minLength: 1, maxLength: 5 }),
    })
    fc.assert(
      fc.property(fc.array(put, { minLength: 1, maxLength: 12 }), (puts) => {
        const { screen, sheet } = sheetOn(6)
        const last = new Map<string, readonly string[]>()
        for (const { key, rows } of puts) {
          sheet.put(key, rows)
          last.set(key, rows)
        }
        const whole = [...screen.above, ...screen.text.split('\n')].join('\n')
        for (const rows of last.values()) expect(whole).toContain(rows.join('\n'))
        expect(screen.text.endsWith('\n>')).toBe(true)
      }),
    )
  })
})
