/** How long one commit may gather: longer and the event loop would be held up. */
const SLICE_MS = 8
/** Where syncing is slow, commits leave the event loop as much time as they took, up to this. */
const LONGEST_GAP_MS = 5

interface Waiting {
  readonly operation: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export interface GroupCommit {
  /** Runs the operation in a commit that it shares with whatever else was gathered. */
  write<T>(operation: () => T): Promise<T>
  /** Commits what waits, now. */
  flush(): void
}

/**
 * Gathers concurrent writes into one transaction, since what a commit costs hardly depends on what is in it:
 * whatever the event loop brought, and on a slow disk what comes while the last commit is paid for.
 * Operations run in the order in which they came, see each other's writes, and must not await. Where one of
 * them throws, all are rolled back and each is run again in a transaction of its own.
 */
export function createGroupCommit(transaction: <T>(operation: () => T) => T): GroupCommit {
  const waiting: Waiting[] = []
  let planned = false
  let restUntil = 0

  const plan = (): void => {
    if (planned) return
    planned = true
    const rest = restUntil - performance.now()
    if (rest < 1) setImmediate(commitPlanned)
    else setTimeout(commitPlanned, rest)
  }

  const commitPlanned = (): void => {
    planned = false
    const begun = performance.now()
    commitSlice()
    const ended = performance.now()
    restUntil = ended + Math.min(ended - begun, LONGEST_GAP_MS)
  }

  const commitSlice = (): void => {
    const results: unknown[] = []
    let started = 0
    try {
      transaction(() => {
        const end = performance.now() + SLICE_MS
        for (const { operation } of waiting) {
          if (started > 0 && performance.now() > end) break
          started++
          results.push(operation())
        }
      })
      for (const [i, { resolve }] of waiting.splice(0, started).entries()) resolve(results[i])
    } catch (error) {
      refuse(error, started)
    }
    if (waiting.length > 0) plan()
  }

  /** Nothing began: nothing can be written. One began: it is at fault. Several: each is tried alone. */
  const refuse = (error: unknown, started: number): void => {
    const group = waiting.splice(0, started === 0 ? waiting.length : started)
    if (started > 1) for (const entry of group) alone(entry)
    else for (const { reject } of group) reject(error)
  }

  const alone = ({ operation, resolve, reject }: Waiting): void => {
    try {
      resolve(transaction(operation))
    } catch (error) {
      reject(error)
    }
  }

  return {
    write<T>(operation: () => T) {
      return new Promise<T>((resolve, reject) => {
        waiting.push({ operation, resolve: resolve as (value: unknown) => void, reject })
        plan()
      })
    },
    flush() {
      while (waiting.length > 0) commitSlice()
    },
  }
}
