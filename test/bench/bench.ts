import type { Servers } from './servers.ts'

/** One figure of a benchmark, beside what it is measured against in the same run. */
export interface BenchResult {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The same work done by the plainest means, in the same unit. */
  readonly reference?: { readonly name: string; readonly value: number }
  /** How the value stands to the reference. */
  readonly ratio?: number
  /** `says` what was to be reached, as a person reads it. */
  readonly goal?: { readonly says: string; readonly met: boolean }
  /** What else a reader must know of the figure. */
  readonly note?: string
}

/** A benchmark that could not be run, and why. */
export interface Skipped {
  readonly name: string
  readonly skipped: string
}

/** `quick` shortens a run to seconds, `full` lengthens it to the sizes that figures are quoted of. */
export interface BenchOptions {
  readonly quick: boolean
  readonly full: boolean
}

/** What each benchmark's file exports as `run`. */
export type Bench = (
  options: BenchOptions,
  servers: Servers,
) => Promise<readonly (BenchResult | Skipped)[]>

/** The result as one line. */
export function printResult(result: BenchResult | Skipped): string {
  if ('skipped' in result) return `${result.name}: skipped (${result.skipped})`
  const { name, value, unit, reference, ratio, goal, note } = result
  const parts = [`${name}: ${figure(value)} ${unit}`]
  if (reference) parts.push(`${reference.name} ${figure(reference.value)}`)
  if (ratio !== undefined) parts.push(`ratio ${ratio.toFixed(2)}`)
  if (goal) parts.push(`goal ${goal.says}: ${goal.met ? 'met' : 'MISSED'}`)
  if (note !== undefined) parts.push(note)
  return parts.join(' · ')
}

/** Whether a goal was set and not reached. */
export function isMissed(result: BenchResult | Skipped): boolean {
  return 'goal' in result && result.goal?.met === false
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('no values')
  return middle
}

function figure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100)
    return Math.round(value).toLocaleString('en')
  return value.toPrecision(3)
}
