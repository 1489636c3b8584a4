import type { Button, RichText, Screen } from '#ports/bot-platform.ts'
import { printable, printableLine } from './clean.ts'
import type { Look, Paint } from './paint.ts'
import { type Span, widthOf, wrap } from './width.ts'

export interface RenderOptions {
  /** Null: rows are as long as they are. */
  readonly columns: number | null
  readonly paint: Paint
  /** Buttons are shown with the numbers by which they are chosen. */
  readonly numbered: boolean
  /** What is to be typed next is said, too. */
  readonly hints: boolean
  /** The rows of a QR code, where one may be shown. */
  readonly qr?: ((text: string) => readonly string[]) | undefined
}

type Line = readonly Span<Look>[]

/** A message as rows of a terminal: what it says, its links, then its choices. */
export function renderScreen(screen: Screen, options: RenderOptions): readonly string[] {
  const { body, buttons, placeholder } = screen
  const lines = [
    ...linesOf(body),
    ...linkLines(buttons.flat()),
    ...choiceLines(buttons, options),
    ...(options.hints && placeholder ? [hintLine(placeholder)] : []),
  ]
  const qr = screen.qr === undefined ? undefined : options.qr?.(screen.qr)
  return [...renderLines(lines, options), ...(qr ?? [])]
}

export function renderLines(
  lines: readonly Line[],
  { columns, paint }: Pick<RenderOptions, 'columns' | 'paint'>,
): readonly string[] {
  const rows = columns === null ? lines : lines.flatMap((line) => wrap(line, columns))
  return rows.map((row) => row.map(({ text, look }) => paint(text, look)).join(''))
}

/** Lines of the runs, with an address behind each word that leads to one. */
function linesOf(body: RichText): readonly Line[] {
  const lines: Span<Look>[][] = [[]]
  for (const run of body) {
    const { text, style, url } = run
    const look: Look = { ...(style ? { style } : {}), ...(url ? { url } : {}) }
    const shown = printable(text)
    shown.split('\n').forEach((part, i) => {
      if (i > 0) lines.push([])
      if (part !== '') lines.at(-1)?.push({ text: part, look })
    })
    if (url && url !== shown.trim()) lines.at(-1)?.push(address(url))
  }
  return lines
}

function address(url: string): Span<Look> {
  return { text: ` (${printableLine(url)})`, look: { style: 'aside' } }
}

/** What leads elsewhere, each on a line of its own so that its address can be copied. */
function linkLines(buttons: readonly Button[]): readonly Line[] {
  return buttons.flatMap((button): readonly Line[] => {
    switch (button.kind) {
      case 'url':
        return [linkLine(button.label, button.url)]
      case 'pass-on':
        return [[{ text: printableLine(`${button.label}: ${button.text}`), look: {} }]]
      // The link stands in the message; a terminal has no way of its own to send it on.
      case 'send-on':
      case 'press':
        return []
    }
    return button satisfies never
  })
}

function linkLine(label: string, url: string): Line {
  return [
    { text: `${printableLine(label)}: `, look: {} },
    { text: printableLine(url), look: { style: 'code', url } },
  ]
}

function hintLine(placeholder: string): Line {
  return [{ text: `› ${printableLine(placeholder)}`, look: { style: 'aside' } }]
}

/** The buttons of each row beside each other, as far as there is room. */
function choiceLines(
  rows: Screen['buttons'],
  { numbered, columns }: Pick<RenderOptions, 'numbered' | 'columns'>,
): readonly Line[] {
  let count = 0
  return rows
    .map((row) => row.filter((button) => button.kind === 'press'))
    .filter((row) => row.length > 0)
    .flatMap((row) => {
      const choices = row.map((button) => {
        count += 1
        return choice(button, numbered ? count : null)
      })
      return sideBySide(choices, columns ?? Number.POSITIVE_INFINITY)
    })
}

function choice({ label, look }: Extract<Button, { kind: 'press' }>, number: number | null): Line {
  const text = printableLine(label)
  if (number === null) return [{ text, look: { style: 'aside' } }]
  const own: Look = look ? { style: look } : {}
  return [
    { text: `${number} `, look: { style: 'number' } },
    { text, look: own },
  ]
}

const GAP: Span<Look> = { text: '   ', look: {} }

function sideBySide(choices: readonly Line[], columns: number): readonly Line[] {
  const lines: Span<Look>[][] = []
  for (const one of choices) {
    const line = lines.at(-1)
    if (line && widthOfLine([...line, GAP, ...one]) <= columns) line.push(GAP, ...one)
    else lines.push([...one])
  }
  return lines
}

function widthOfLine(line: Line): number {
  return line.reduce((sum, { text }) => sum + widthOf(text), 0)
}
