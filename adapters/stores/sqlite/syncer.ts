import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs'

/** Makes what was written to a file outlive a power cut. */
export interface Syncer {
  /** In a thread of the pool: the event loop goes on. */
  sync(): Promise<void>
  syncNow(): void
  close(): void
}

/** For a file that exists from the first `sync` on and is never replaced. */
export function createSyncer(file: string): Syncer {
  let open: number | undefined
  let running = 0
  let closing = false

  const descriptor = (): number => {
    open ??= openSync(file, 'r')
    return open
  }

  const closeIdle = (): void => {
    if (!closing || running > 0 || open === undefined) return
    closeSync(open)
    open = undefined
  }

  return {
    sync() {
      return new Promise((resolve, reject) => {
        const file = descriptor()
        running++
        fdatasync(file, (error) => {
          running--
          closeIdle()
          if (error) reject(error)
          else resolve()
        })
      })
    },
    syncNow: () => fdatasyncSync(descriptor()),
    close() {
      closing = true
      closeIdle()
    },
  }
}
