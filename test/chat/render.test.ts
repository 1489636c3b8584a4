import { describe, expect, test } from 'vitest'
import type { Screen } from '#ports/bot-platform.ts'
import { createPaint, makesLinks, plainly } from '#src/chat/paint.ts'
import { type RenderOptions, renderScreen } from '#src/chat/render.ts'

const press = (label: string, look?: 'main' | 'danger') =>
  ({ kind: 'press', label, press: `p:${label}`, ...(look ? { look } : {}) }) as const

const CARD: Screen = {
  body: [
    { text: 'A page\n', style: 'bold' },
    { text: 'example.org', url: 'https://example.org/a' },
    { text: '\nWho shall get it?' },
  ],
  buttons: [[press('Send', 'main'), press('Later')], [press('Cancel', 'danger')]],
  placeholder: 'Names or mailboxes',
}

function render(screen: Screen, options: Partial<RenderOptions> = {}): string {
  const usual = { columns: null, paint: plainly, numbered: true, hints: true }
  return renderScreen(screen, { ...usual, ...options }).join('\n')
}

describe('a message in a terminal', () => {
  test('says what it is, where its links lead, and what can be chosen by number', () => {
    expect(render(CARD)).toBe(
      [
        'A page',
        'example.org (https://example.org/a)',
        'Who shall get it?',
        '1 Send   2 Later',
        '3 Cancel',
        '› Names or mailboxes',
      ].join('\n'),
    )
  })

  test('shows no numbers where another message has them, and no hint in a pipe', () => {
    const text = render(CARD, { numbered: false, hints: false })
    expect(text).toMatch(/\nSend {3}Later\nCancel$/)
  })

  test('keeps a choice and its number together where there is little room', () => {
    const buttons = [['Add people', 'Each of them', 'No'].map((label) => press(label))]
    expect(render({ body: [{ text: 'x' }], buttons }, { columns: 22 })).toBe(
      'x\n1 Add people\n2 Each of them   3 No',
    )
  })

  test('gives what leads elsewhere a line of its own', () => {
    const buttons = [[press('Done'), { kind: 'url', label: 'Open', url: 'https://a.example/x' }]]
    const text = render({ body: [{ text: 'Link' }], buttons: buttons as Screen['buttons'] })
    expect(text).toBe('Link\nOpen: https://a.example/x\n1 Done')
  })

  test('does not repeat an address that is its own text', () => {
    const url = 'https://example.org/'
    expect(render({ body: [{ text: url, url }], buttons: [] })).toBe(url)
  })

  test.each([
    ['an escape', 'a\x1b[2Jb', 'a[2Jb'],
    ['a C1 escape', 'a\x9b2Jb', 'a2Jb'],
    ['a bell and a backspace', 'a\x07\x08b', 'ab'],
    ['a carriage return', 'safe\rFAKE', 'safe\nFAKE'],
    ['an override of direction', 'a\u202Eb', 'ab'],
    ['an OSC 8 link', '\x1b]8;;http://evil.example\x1b\\x', ']8;;http://evil.example\\x'],
  ])('takes %s out of what others wrote', (_, text, shown) => {
    expect(render({ body: [{ text }], buttons: [] })).toBe(shown)
    expect(render({ body: [], buttons: [[press(text)]] })).not.toMatch(/(?!\n)\p{Cc}/u)
  })

  test('is broken into rows by the width of its characters', () => {
    const body = [{ text: '看看这个网页' }]
    expect(render({ body, buttons: [] }, { columns: 8 })).toBe('看看这个\n网页')
  })

  test('colours where there are colours, each row whole in itself', () => {
    const paint = createPaint({ colours: true, links: false })
    const body = [{ text: 'bold words here', style: 'bold' as const }]
    expect(render({ body, buttons: [] }, { paint, columns: 10 })).toBe(
      '\x1b[1mbold words\x1b[22m\n\x1b[1mhere\x1b[22m',
    )
  })

  test('makes links that terminals open, of addresses that may be opened', () => {
    const paint = createPaint({ colours: false, links: true })
    expect(paint('x', { url: 'https://例子.example/a b' })).toBe(
      '\x1b]8;;https://xn--fsqu00a.example/a%20b\x1b\\x\x1b]8;;\x1b\\',
    )
    expect(paint('x', { url: 'javascript:alert(1)' })).toBe('x')
    expect(paint('x', { url: 'https://a.example/\x1b\\evil' })).not.toContain('\x1b\\evil')
  })

  test.each([
    [{ TERM_PROGRAM: 'iTerm.app' }, true],
    [{ VTE_VERSION: '7600' }, true],
    [{ VTE_VERSION: '4600' }, false],
    [{ TERM: 'xterm-kitty' }, true],
    [{ TERM: 'xterm-256color' }, false],
    [{ TERM: 'xterm-kitty', FORCE_HYPERLINK: '0' }, false],
  ])('knows whether a terminal with %j makes links', (env, expected) => {
    expect(makesLinks(env)).toBe(expected)
  })
})
