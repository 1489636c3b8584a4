/** The indications that this process had deleted. A phone is not sent the same deletion twice: it would be paid for. */
export interface Recalled {
  /** False where it was deleted already, or is being. */
  begin(siId: string): boolean
  /** It could not be deleted: it may be tried again. */
  forget(siId: string): void
}

const KEPT = 10_000

/** Remembers the last 10,000. */
export function createRecalled(): Recalled {
  const ids = new Set<string>()
  return {
    begin(siId) {
      if (ids.has(siId)) return false
      ids.add(siId)
      const [oldest] = ids
      if (ids.size > KEPT && oldest !== undefined) ids.delete(oldest)
      return true
    },
    forget(siId) {
      ids.delete(siId)
    },
  }
}
