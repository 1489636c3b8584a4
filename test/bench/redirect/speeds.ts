import { median } from '../bench.ts'
import type { LoadResult } from './load.ts'

type Figure = 'perSecond' | 'p99Ms'

/** A figure of one server beside the same of another. */
export interface Speed {
  readonly value: number
  readonly reference: number
  readonly ratio: number
}

/** Ratios are those of neighbouring runs, so that what else the machine does weighs on both. */
export function speedOf(
  figure: Figure,
  measured: readonly LoadResult[],
  reference: readonly LoadResult[],
): Speed {
  const of = (results: readonly LoadResult[]): number =>
    median(results.map((result) => result[figure]))
  const ratios = measured.map((one, i) => one[figure] / (reference[i]?.[figure] ?? Number.NaN))
  return { value: of(measured), reference: of(reference), ratio: median(ratios) }
}
