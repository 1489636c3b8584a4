import { type BenchResult, median } from '../bench.ts'
import { COSTS, type CostName, type Costs, measureCosts } from './costs.ts'
import type { Plantation } from './planted.ts'

/** Deliveries in the store that stands for one with little in it. */
export const FIRST = 10_000
const GOAL = 1.3
const WARM_UP = 5

/** Runs with a store of its own. */
export type WithPlantation = <T>(run: (plantation: Plantation) => Promise<T>) => Promise<T>

/**
 * What the product's steps cost in a store that grows, beside a store of the same kind that holds little: a round
 * on the one, a round on the other, so that both see the same machine.
 */
export function grown(
  kind: string,
  stored: readonly number[],
  { quick }: { readonly quick: boolean },
  withPlantation: WithPlantation,
): Promise<BenchResult[]> {
  const rounds = quick ? 11 : 31
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
