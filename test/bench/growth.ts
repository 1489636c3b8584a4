import type { Bench } from './bench.ts'
import { FIRST, grown } from './growth/compare.ts'
import { withSqlitePlantation } from './growth/sqlite-plantation.ts'

/** What is done costs the same however much is stored: on the embedded store. */
export const run: Bench = async ({ quick, full }) => {
  const sizes = quick ? [30_000] : [100_000, 1_000_000, ...(full ? [10_000_000] : [])]
  const most = sizes.at(-1) ?? FIRST
  return grown('SQLite', sizes, { quick }, (use) => withSqlitePlantation(most, use))
}
