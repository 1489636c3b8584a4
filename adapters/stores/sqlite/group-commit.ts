/** How long one commit may gather: longer and the event loop would be held up. */
const SLICE_MS = 8
/** How long a patient operation waits for company, */
const GATHER_MS = 5
/** unless so many wait already. */
const ENOUGH = 32

interface Waiting {
  readonly operation: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

interface Committed {
  readonly entry: Waiting
  readonly result: unknown
}

export interface GroupCommit {
  /** Runs the operation in a commit that it shares with whatever else was gathered; resolves when synced. */
  write<T>(operation: () => T): Promise<T>
  /** The same for whom nobody waits: up to some milliseconds later, in a fuller commit. */
  writeSoon<T>(operation: () => T): Promise<T>
  /** Commits and syncs what waits, now. */
  flush(): void
}

export interface GroupCommitDeps {
  /** Runs the operation whole or not at all. Its commit outlives the process, not yet a power cut. */
  transaction<T>(operation: () => T): T
  /** Makes what was committed outlive a power cut too, without holding the event loop up. */
  sync(): Promise<void>
  syncNow(): void
}

/**
 * Gathers concurrent writes into one transaction, since what a commit costs hardly depends on what is in it:
 * whatever the event loop brings, and whatever comes while the last commit is synced. Operations run in the
 * order in which they came, see each other's writes, and must not await. Where one of them throws, all are
 * rolled back and each is run again in a transaction of its own.
 */
export function createGroupCommit(deps: GroupCommitDeps): GroupCommit {
  const waiting: Waiting[] = []
  let busy = false
  let hurried = false
  let gathering: NodeJS.Timeout | undefined

  const plan = (): void => {
    if (busy) return
    if (!hurried && waiting.length < ENOUGH) {
      gathering ??= setTimeout(begin, GATHER_MS)
      return
    }
    busy = true
    clearTimeout(gathering)
    gathering = undefined
    setImmediate(turn)
  }

  const begin = (): void => {
    hurried = true
    plan()
  }

  const turn = (): void => {
    const committed = commitSlice()
    hurried = waiting.length > 0
    void answerSynced(committed).then(next)
  }

  const answerSynced = async (committed: readonly Committed[]): Promise<void> => {
    try {
      if (committed.length > 0) await deps.sync()
      answer(committed)
    } catch (error) {
      refuse(committed, error)
    }
  }

  const next = (): void => {
    busy = false
    if (waiting.length > 0) plan()
  }

  const commitSlice = (): readonly Committed[] => {
    const results: unknown[] = []
    let started = 0
    try {
      deps.transaction(() => {
        const end = performance.now() + SLICE_MS
        for (const { operation } of waiting) {
          if (started > 0 && performance.now() > end) break
          started++
          results.push(operation())
        }
      })
      return waiting.splice(0, started).map((entry, i) => ({ entry, result: results[i] }))
    } catch (error) {
      return commitEach(error, started)
    }
  }

  /** Nothing began: nothing can be written. One began: it is at fault. Several: each is tried alone. */
  const commitEach = (error: unknown, started: number): readonly Committed[] => {
    const group = waiting.splice(0, started === 0 ? waiting.length : started)
    if (started > 1) return group.flatMap(commitAlone)
    for (const { reject } of group) reject(error)
    return []
  }

  const commitAlone = (entry: Waiting): readonly Committed[] => {
    try {
      return [{ entry, result: deps.transaction(entry.operation) }]
    } catch (error) {
      entry.reject(error)
      return []
    }
  }

  const add = <T>(operation: () => T): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ operation, resolve: resolve as (value: unknown) => void, reject })
      plan()
    })

  return {
    write(operation) {
      hurried = true
      return add(operation)
    },
    writeSoon: add,
    flush() {
      while (waiting.length > 0) {
        const committed = commitSlice()
        deps.syncNow()
        answer(committed)
      }
    },
  }
}

function answer(committed: readonly Committed[]): void {
  for (const { entry, result } of committed) entry.resolve(result)
}

function refuse(committed: readonly Committed[], error: unknown): void {
  for (const { entry } of committed) entry.reject(error)
}
