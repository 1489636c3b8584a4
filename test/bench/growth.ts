import { type Bench, type BenchOptions, type BenchResult, median } from './bench.ts'
import { COSTS, type CostName, type Costs, measureCosts } from './growth/costs.ts'
import { withMongoPlantation } from './growth/mongo-plantation.ts'
import type { Plantation } from './growth/planted.ts'
import { withSqlitePlantation } from './growth/sqlite-plantation.ts'
import { onFleetGround } from './servers.ts'

const FIRST = 10_000
const GOAL = 1.3
const WARM_UP = 5

/** Runs with a store of its own. */
type WithPlantation = <T>(run: (plantation: Plantation) => Promise<T>) => Promise<T>

/**
 * What the product's steps cost with much stored, beside a store of the same kind that holds little: a round on
 * the one, a round on the other, so that both see the same machine.
 */
export const run: Bench = async (options, servers) => {
  const rounds = options.quick ? 11 : 31
  const embedded = sizes(options, 10_000_000)
  const most = embedded.at(-1) ?? FIRST
  return [
    ...(await grown('SQLite', embedded, rounds, (use) => withSqlitePlantation(most, use))),
    ...(await onFleetGround(servers, 'growth on MongoDB', (fresh) =>
      grown('MongoDB', sizes(options, 1_000_000), rounds, async (use) =>
        withMongoPlantation((await fresh()).uri, use),
      ),
    )),
  ]
}

function sizes({ quick, full }: BenchOptions, fullSize: number): readonly number[] {
  if (quick) return [30_000]
  return full && fullSize > 1_000_000 ? [100_000, 1_000_000, fullSize] : [100_000, 1_000_000]
}

function grown(
  kind: string,
  stored: readonly number[],
  rounds: number,
  withPlantation: WithPlantation,
): Promise<BenchResult[]> {
  return withPlantation(async (large) => {
    const results: BenchResult[] = []
    for (const size of stored) {
      const began = performance.now()
      await large.grow(size)
      const seconds = (performance.now() - began) / 1_000
      const where = `${kind} with ${size.toLocaleString('en')} deliveries`
      results.push({ name: `${where}: planting`, value: seconds, unit: 's' })
      results.push(
        ...(await withPlantation(async (small) => {
          await small.grow(FIRST)
          return compared(where, small, large, rounds)
        })),
      )
    }
    return results
  })
}

async function compared(
  where: string,
  small: Plantation,
  large: Plantation,
  rounds: number,
): Promise<BenchResult[]> {
  const ofSmall: Costs[] = []
  const ofLarge: Costs[] = []
  for (let i = 0; i < WARM_UP + rounds; i++) {
    const costs = [await measureCosts(small), await measureCosts(large)] as const
    if (i < WARM_UP) continue
    ofSmall.push(costs[0])
    ofLarge.push(costs[1])
  }
  return (Object.keys(COSTS) as CostName[]).map((name) => {
    const value = median(ofLarge.map((costs) => costs[name]))
    const reference = median(ofSmall.map((costs) => costs[name]))
    return {
      name: `${where}: ${COSTS[name]}`,
      value,
      unit: 'ms',
      reference: { name: `with ${FIRST.toLocaleString('en')}`, value: reference },
      ratio: value / reference,
      goal: { says: `≤ ${GOAL}`, met: value / reference <= GOAL },
    }
  })
}
