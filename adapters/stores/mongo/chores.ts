/** Runs one after the other, also where one fails. Throws what failed when all are through. */
export async function runAll(chores: readonly (() => Promise<unknown>)[]): Promise<void> {
  const faults: unknown[] = []
  for (const chore of chores) await chore().catch((fault: unknown) => faults.push(fault))
  if (faults.length > 1) throw new AggregateError(faults, 'Several repairs failed.')
  if (faults.length === 1) throw faults[0]
}
