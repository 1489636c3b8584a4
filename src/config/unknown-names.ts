import type { Environment, Notice } from './environment.ts'
import { NAMES, SPEC, type VariableName } from './spec.ts'

const OURS = /^(TELEGRAM|SLACK|MATRIX|SMTP|DKIM|KANNEL|SMPP|TWILIO|WAP_PPG|SMS|PASSALONG)_/
/** Read by the command line (src/cli), not by the server. */
const ELSEWHERE = new Set(['PASSALONG_URL', 'PASSALONG_TOKEN', 'PASSALONG_TOKEN_FILE'])
/** Shorter names are too near to names of others, such as `HOME`. */
const SHORTEST_GUESS = 6

/** Names that are not ours but look as if they were meant to be, with what they may have meant. */
export function unknownNames(env: Environment): readonly Notice[] {
  const known = new Set<string>(NAMES.flatMap((name) => [name, ...fileName(name)]))
  return Object.keys(env)
    .filter((name) => env[name] && !known.has(name) && !ELSEWHERE.has(name))
    .flatMap((name) => noticeOf(name, [...known]))
}

function fileName(name: VariableName): readonly string[] {
  return SPEC[name].secret ? [`${name}_FILE`] : []
}

function noticeOf(name: string, known: readonly string[]): readonly Notice[] {
  const guess = nearest(name, known)
  if (guess) return [{ name, key: 'setup.warn.typo', values: { name, guess } }]
  return OURS.test(name) ? [{ name, key: 'setup.warn.unknown', values: { name } }] : []
}

function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length < SHORTEST_GUESS) return undefined
  const furthest = name.length < 9 ? 1 : 2
  return known
    .map((candidate) => ({ candidate, steps: distance(name.toUpperCase(), candidate) }))
    .filter(({ steps }) => steps <= furthest)
    .sort((a, b) => a.steps - b.steps)[0]?.candidate
}

/** How many letters must be changed, added, left out or swapped with their neighbour (Damerau). */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) row.push(cell(a, b, i, j, rows, row))
    rows.push(row)
  }
  return rows.at(-1)?.at(-1) ?? 0
}

function cell(
  a: string,
  b: string,
  i: number,
  j: number,
  rows: readonly (readonly number[])[],
  row: readonly number[],
): number {
  const above = rows[i - 1] ?? []
  const changed = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
  const best = Math.min(changed, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
  return swapped ? Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1) : best
}
