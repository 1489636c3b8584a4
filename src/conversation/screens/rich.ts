import type { Button, RichText, Run, Screen } from '#ports/bot-platform.ts'
import { type Press, writePress } from '../press.ts'

/** A part of a line: plain text, a run with meaning, or nothing. */
export type Part = string | Run | null | false

export function bold(text: string): Run {
  return { text, style: 'bold' }
}

export function quote(text: string): Run {
  return { text, style: 'quote' }
}

export function linked(text: string, url: string): Run {
  return { text, url }
}

/** Parts side by side; null where there is nothing of them. */
export function line(...parts: readonly Part[]): readonly Run[] | null {
  const runs = parts
    .flatMap((part) => (part ? [runOf(part)] : []))
    .filter(({ text }) => text !== '')
  return runs.length > 0 ? runs : null
}

function runOf(part: string | Run): Run {
  return typeof part === 'string' ? { text: part } : part
}

/** Lines under one another; what is null is left out. */
export function lines(...all: readonly (string | RichText | null | false)[]): RichText {
  return joined(all, '\n')
}

/** Blocks with an empty line between them; what is null or empty is left out. */
export function blocks(...all: readonly (string | RichText | null | false)[]): RichText {
  return joined(all, '\n\n')
}

function joined(all: readonly (string | RichText | null | false)[], between: string): RichText {
  const filled = all
    .filter((one) => one !== null && one !== false)
    .map((one) => (typeof one === 'string' ? [{ text: one }] : one))
    .filter((runs) => runs.some(({ text }) => text !== ''))
  return merged(filled.flatMap((runs, at) => (at === 0 ? runs : [{ text: between }, ...runs])))
}

/** Plain runs beside each other are one. */
function merged(runs: RichText): RichText {
  const whole: Run[] = []
  for (const run of runs) {
    const last = whole.at(-1)
    const plain = last && isPlain(last) && isPlain(run)
    if (plain) whole[whole.length - 1] = { text: last.text + run.text }
    else whole.push(run)
  }
  return whole
}

function isPlain({ style, url }: Run): boolean {
  return style === undefined && url === undefined
}

export function button(label: string, press: Press, look?: 'main' | 'danger'): Button {
  return { kind: 'press', label, press: writePress(press), ...(look && { look }) }
}

/** Buttons in rows of so many. */
export function rows(buttons: readonly Button[], perRow: number): readonly (readonly Button[])[] {
  const count = Math.ceil(buttons.length / perRow)
  return Array.from({ length: count }, (_, row) => buttons.slice(row * perRow, (row + 1) * perRow))
}

/** A screen of words alone. */
export function said(...all: readonly (string | null | false)[]): Screen {
  return { body: lines(...all), buttons: [] }
}
