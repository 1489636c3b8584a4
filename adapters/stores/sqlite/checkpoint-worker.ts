/** Runs in a thread of its own: copies the write-ahead log into the database while others write on. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/** Each round leaves only what came during it; so many are enough to leave little. */
const ROUNDS = 5
const LITTLE_PAGES = 200

const db = new DatabaseSync(workerData.file as string)
db.exec('PRAGMA synchronous = NORMAL')
const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')

/** Pages in the log after it. */
function run(): number {
  for (let round = 1; ; round++) {
    const { log, checkpointed } = checkpoint.get() as { log: number; checkpointed: number }
    if (log - checkpointed < LITTLE_PAGES || round === ROUNDS) return log
  }
}

parentPort?.on('message', (message) => {
  if (message === 'close') {
    db.close()
    parentPort?.close()
    return
  }
  let pages = 0
  try {
    pages = run()
  } catch {
    // Locked or a full disk: the next round tries again.
  }
  parentPort?.postMessage(pages)
})
