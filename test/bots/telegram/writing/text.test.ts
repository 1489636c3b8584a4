import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Button, Run } from '#ports/bot-platform.ts'
import { writeText } from '../../../../bots/telegram/writing/text.ts'
import { checkText } from '../../../services/telegram-api/limits.ts'

const url = (label: string, to: string): Button => ({ kind: 'url', label, url: to })

describe('a screen as text', () => {
  test('marks what it means by entities, so that nothing in it can be markup', () => {
    const body = [
      { text: '*Ann* 😀', style: 'bold' as const },
      { text: '\n<b>' },
      { text: 'words', style: 'quote' as const },
      { text: 'code', style: 'code' as const },
      { text: 'here', url: 'https://example.org/a' },
    ]
    expect(writeText({ body, buttons: [] })).toEqual({
      text: '*Ann* 😀\n<b>wordscodehere',
      entities: [
        { type: 'bold', offset: 0, length: 8 },
        { type: 'blockquote', offset: 12, length: 5 },
        { type: 'code', offset: 17, length: 4 },
        { type: 'text_link', url: 'https://example.org/a', offset: 21, length: 4 },
      ],
    })
  })

  test.each([
    'http://localhost:8080/link/x',
    'http://127.0.0.1:8080/link/x',
    'http://[::1]/link/x',
    'http://server/link/x',
  ])('shows %s, which no button leads to', (place) => {
    const buttons = [[url('Open', place)]]
    expect(writeText({ body: [{ text: 'Hello' }], buttons }).text).toBe(`Hello\n\nOpen: ${place}`)
    const body = [{ text: 'here', url: place }]
    expect(writeText({ body, buttons: [] })).toEqual({ text: `here (${place})`, entities: [] })
    expect(writeText({ body: [{ text: place, url: place }], buttons: [] }).text).toBe(place)
  })

  test('shows a number to call, which Telegram makes one of by itself', () => {
    const url = 'tel:+861012345678,,12%23'
    const number = '+861012345678,,12#'
    expect(writeText({ body: [{ text: 'Call', url }], buttons: [] }).text).toBe(`Call (${number})`)
    expect(writeText({ body: [{ text: number, url }], buttons: [] })).toEqual({
      text: number,
      entities: [],
    })
  })

  test('says nothing twice that a button leads to', () => {
    const buttons = [[url('Open', 'https://example.org/a')]]
    expect(writeText({ body: [{ text: 'Hello' }], buttons }).text).toBe('Hello')
  })

  test('is never empty, and ends with … where it is too long', () => {
    expect(writeText({ body: [], buttons: [] }).text).toBe('…')
    const long = writeText({ body: [{ text: '😀'.repeat(3_000), style: 'bold' }], buttons: [] })
    expect(long.text.length).toBeLessThanOrEqual(4_096)
    expect(long.text.endsWith('😀…')).toBe(true)
    expect(long.entities).toEqual([{ type: 'bold', offset: 0, length: long.text.length - 1 }])
  })

  const run = fc.record(
    {
      text: fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        fc.constantFrom('\n', ' ', '😀'.repeat(900), 'long '.repeat(600)),
      ),
      style: fc.constantFrom<NonNullable<Run['style']>>('bold', 'italic', 'code', 'quote'),
      url: fc.constantFrom('https://example.org/a', 'http://localhost/x'),
    },
    { requiredKeys: ['text'] },
  )

  test('is what Telegram takes, whatever it says', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 8 }), (body) => {
        fc.pre(body.some(({ text }) => text.trim() !== '') || body.length === 0)
        const { text, entities } = writeText({ body, buttons: [] })
        checkText(text, entities as Parameters<typeof checkText>[1])
      }),
    )
  })
})
