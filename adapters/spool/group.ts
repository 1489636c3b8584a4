import type { VisitBatch } from '#ports/store/visits.ts'

/** What a store takes in one call without holding anybody up. */
const GROUP_BATCHES = 1_000
const GROUP_VISITS = 2_000

/** The first batches, as many as are handed over at a time; one at least, where there is one. */
export function firstGroup(batches: readonly VisitBatch[]): readonly VisitBatch[] {
  let visits = 0
  let size = 0
  for (const batch of batches) {
    visits += batch.visits.length + batch.reclassed.length
    if (size === GROUP_BATCHES || (size > 0 && visits > GROUP_VISITS)) break
    size++
  }
  return batches.slice(0, size)
}
