import type { Bench } from './bench.ts'
import { grown } from './growth/compare.ts'
import { withMongoPlantation } from './growth/mongo-plantation.ts'
import { onDatabase } from './servers.ts'

/** What is done costs the same however much is stored: on MongoDB. */
export const run: Bench = ({ quick }, servers) =>
  onDatabase(servers, 'growth on MongoDB', (fresh) =>
    grown('MongoDB', quick ? [30_000] : [100_000, 1_000_000], { quick }, async (use) =>
      withMongoPlantation(await fresh(), use),
    ),
  )
