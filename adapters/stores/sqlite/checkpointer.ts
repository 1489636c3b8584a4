import { once } from 'node:events'
import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { BUSY_MS } from './database.ts'

const LOOK_MS = 500
/** As in SQLite's own automatic checkpoints: about 1,000 pages. */
const WORTH_BYTES = 4 * 1024 * 1024
/** Over so many pages the log is begun anew; under constant load it never would be by itself. */
const LONG_PAGES = 16_000
/** What the log file may keep of its size when it is begun anew. */
const KEPT_BYTES = 16 * 1024 * 1024

/** Keeps the write-ahead log short without holding the event loop up for it. */
export interface Checkpointer {
  stop(): Promise<void>
}

/**
 * Automatic checkpoints of all connections to the file must be off (`wal_autocheckpoint = 0`, database.ts). The
 * thread is started when there is something to do for it; small installations never need it.
 */
export function startCheckpointer(db: DatabaseSync, file: string): Checkpointer {
  db.exec(`PRAGMA journal_size_limit = ${KEPT_BYTES}`)
  const restart = db.prepare('PRAGMA wal_checkpoint(RESTART)')
  let worker: Worker | undefined
  let busy = false
  let seenAt = 0

  function startWorker(): Worker {
    const started = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), {
      workerData: { file },
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
    })
    started.unref()
    started.on('message', (pages: number) => {
      busy = false
      if (pages > LONG_PAGES && !db.isTransaction) beginAnew()
    })
    started.on('error', () => {
      busy = false
      worker = undefined
    })
    return started
  }

  /**
   * Copies the little that the thread left, and lets the next write begin the log at its start. Nothing is waited
   * for: a backup reads for as long as it takes.
   */
  function beginAnew(): void {
    db.exec('PRAGMA busy_timeout = 0')
    try {
      restart.get()
    } catch {
      // A reader or a full disk is in the way: the next look tries again.
    } finally {
      db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
    }
  }

  function look(): void {
    const stat = statSync(`${file}-wal`, { throwIfNoEntry: false })
    if (busy || !stat || stat.size < WORTH_BYTES || stat.mtimeMs === seenAt) return
    seenAt = stat.mtimeMs
    busy = true
    worker ??= startWorker()
    worker.postMessage('checkpoint')
  }

  const timer = setInterval(look, LOOK_MS)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      if (!worker) return
      const exited = once(worker, 'exit')
      // Held from here, or the process could end before the thread has closed the file.
      worker.ref()
      worker.postMessage('close')
      await exited
    },
  }
}
