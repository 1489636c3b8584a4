/** How long one commit may gather: longer and the event loop would be held up. */
const SLICE_MS = 8
/** How long a patient operation waits for company, */
const GATHER_MS = 5
/** unless so many wait already. */
const ENOUGH = 32

interface Operation {
  readonly run: () => unknown
  /** Answered only once it outlives a power cut. */
  readonly synced: boolean
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

interface Committed {
  readonly operation: Operation
  readonly result: unknown
}

export interface GroupCommit {
  /** Runs the operation in a commit that it shares with whatever else was gathered; resolves when synced. */
  write<T>(operation: () => T): Promise<T>
  /** The same for whom nobody waits: up to some milliseconds later, in a fuller commit. */
  writeSoon<T>(operation: () => T): Promise<T>
  /** As `writeSoon`, but resolves with the commit: a power cut takes it unless something was synced since. */
  writeUnsynced<T>(operation: () => T): Promise<T>
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
 * Gathers concurrent writes into one transaction, since what a commit costs hardly depends on what is in it, and
 * commits into one sync. Operations run in the order in which they came, see each other's writes, and must not
 * await. Where one of them throws, all are rolled back and each is run again in a transaction of its own.
 */
export function createGroupCommit(deps: GroupCommitDeps): GroupCommit {
  const waiting: Operation[] = []
  let unsynced: Committed[] = []
  let syncing = false
  let planned = false
  let gathering: NodeJS.Timeout | undefined

  const commitNext = (): void => {
    if (planned) return
    planned = true
    clearTimeout(gathering)
    gathering = undefined
    setImmediate(() => {
      planned = false
      keep(commitSlice())
      if (waiting.length > 0) commitNext()
    })
  }

  const keep = (committed: readonly Committed[]): void => {
    answer(committed.filter(({ operation }) => !operation.synced))
    unsynced.push(...committed.filter(({ operation }) => operation.synced))
    void syncNext()
  }

  /** One sync at a time; what is committed meanwhile goes with the next. */
  const syncNext = async (): Promise<void> => {
    if (syncing || unsynced.length === 0) return
    syncing = true
    const group = unsynced
    unsynced = []
    try {
      await deps.sync()
      answer(group)
    } catch (error) {
      for (const { operation } of group) operation.reject(error)
    }
    syncing = false
    void syncNext()
  }

  const commitSlice = (): readonly Committed[] => {
    const results: unknown[] = []
    let started = 0
    try {
      deps.transaction(() => {
        const end = performance.now() + SLICE_MS
        for (const { run } of waiting) {
          if (started > 0 && performance.now() > end) break
          started++
          results.push(run())
        }
      })
      return waiting.splice(0, started).map((operation, i) => ({ operation, result: results[i] }))
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

  const commitAlone = (operation: Operation): readonly Committed[] => {
    try {
      return [{ operation, result: deps.transaction(operation.run) }]
    } catch (error) {
      operation.reject(error)
      return []
    }
  }

  const add = <T>(run: () => T, how: { synced: boolean; patient: boolean }): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const { synced } = how
      waiting.push({ run, synced, resolve: resolve as (value: unknown) => void, reject })
      if (!how.patient || waiting.length >= ENOUGH) commitNext()
      else if (!planned) gathering ??= setTimeout(commitNext, GATHER_MS)
    })

  return {
    write: (run) => add(run, { synced: true, patient: false }),
    writeSoon: (run) => add(run, { synced: true, patient: true }),
    writeUnsynced: (run) => add(run, { synced: false, patient: true }),
    flush() {
      clearTimeout(gathering)
      while (waiting.length > 0) unsynced.push(...commitSlice())
      if (unsynced.length === 0) return
      deps.syncNow()
      answer(unsynced.splice(0))
    },
  }
}

function answer(committed: readonly Committed[]): void {
  for (const { operation, result } of committed) operation.resolve(result)
}
