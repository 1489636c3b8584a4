/** One figure of a benchmark, beside what it is measured against in the same run. */
export interface BenchResult {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The same work done by the plainest means. */
  readonly reference?: { readonly name: string; readonly value: number }
  /** `value` to the reference's, larger is better. */
  readonly ratio?: number
  readonly goal?: {
    /** In words, where it is neither a ratio nor a value: `≥ 0.7`. */
    readonly says?: string
    readonly ratio?: number
    readonly value?: number
    readonly met: boolean
  }
}

/** What `npm run bench` passes on: `--quick` shortens, `--full` lengthens. */
export interface BenchOptions {
  readonly quick?: boolean
  readonly full?: boolean
}

/** A benchmark module exports this as `run`. */
export type Bench = (options: BenchOptions) => Promise<readonly BenchResult[]>

export function benchOptions(args: readonly string[] = process.argv.slice(2)): BenchOptions {
  return { quick: args.includes('--quick'), full: args.includes('--full') }
}

export function formatResult(result: BenchResult): string {
  const { name, value, unit, reference, ratio, goal } = result
  const parts = [`${name}: ${figure(value)} ${unit}`]
  if (reference) parts.push(`${reference.name}: ${figure(reference.value)} ${unit}`)
  if (ratio !== undefined) parts.push(`ratio ${ratio.toFixed(2)}`)
  if (goal)
    parts.push(
      `goal ${goal.says ?? goal.ratio ?? figure(goal.value ?? 0)} ${goal.met ? 'met' : 'MISSED'}`,
    )
  return parts.join(' · ')
}

export function printResults(results: readonly BenchResult[]): void {
  for (const result of results) process.stdout.write(`${formatResult(result)}\n`)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function figure(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
