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
}

/** `quick` shortens a run to seconds, `full` lengthens it to the sizes that figures are quoted of. */
export interface BenchOptions {
  readonly quick: boolean
  readonly full: boolean
}

/** What each benchmark's file exports as `run`. */
export type Bench = (options: BenchOptions) => Promise<BenchResult[]>

/** The result as one line. */
export function printResult({ name, value, unit, reference, ratio, goal }: BenchResult): string {
  const parts = [`${name}: ${figure(value)} ${unit}`]
  if (reference) parts.push(`${reference.name} ${figure(reference.value)}`)
  if (ratio !== undefined) parts.push(`ratio ${ratio.toFixed(2)}`)
  if (goal) parts.push(`goal ${goal.says}: ${goal.met ? 'met' : 'MISSED'}`)
  return parts.join(' · ')
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
