import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Logger } from '#ports/logger.ts'
import type { Spool } from '#ports/spool.ts'
import { openFileSpool } from './file.ts'

const SQLITE_BUSY = 5
const SLOT = /^[1-9]\d{0,3}$/

/** The spool of one of several processes in a folder. */
export interface SlottedSpool extends Spool {
  /**
   * Hands on what processes that are gone have left in slots which nobody has taken since, as `drain` does. Throws
   * its first fault.
   */
  drainOthers(apply: Parameters<Spool['drain']>[0]): Promise<void>
}

/**
 * Takes the first free of the folder's numbered slots, each a spool of its own with a writer of its own, for as
 * long as this process lives: the system ends the lock with it, however that ends.
 */
export async function openSpoolSlot(
  { dir }: { readonly dir: string },
  deps: { readonly logger: Logger },
): Promise<SlottedSpool> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const { slot, release } = takeFirstFree(dir)
  const spool = await openFileSpool({ dir: join(dir, slot) }, deps)

  async function drainSlot(other: string, apply: Parameters<Spool['drain']>[0]): Promise<void> {
    const unlock = tryLock(dir, other)
    if (!unlock) return
    try {
      const left = await openFileSpool({ dir: join(dir, other) }, deps)
      const batches = left.size
      await left.drain(apply).finally(() => left.close())
      if (batches > 0) deps.logger.info({ slot: other, batches }, 'visits left behind are stored')
    } finally {
      unlock()
    }
  }

  return {
    writer: spool.writer,
    lastSeq: spool.lastSeq,
    get size() {
      return spool.size
    },
    append: (batch) => spool.append(batch),
    drain: (apply) => spool.drain(apply),
    async drainOthers(apply) {
      const others = (await readdir(dir)).filter((name) => SLOT.test(name) && name !== slot)
      for (const other of others) await drainSlot(other, apply)
    },
    async close() {
      await spool.close()
      release()
    },
  }
}

function takeFirstFree(dir: string): { slot: string; release: () => void } {
  for (let number = 1; ; number++) {
    const slot = String(number)
    const release = tryLock(dir, slot)
    if (release) return { slot, release }
  }
}

/** How to unlock it; undefined where another process holds the slot. */
function tryLock(dir: string, slot: string): (() => void) | undefined {
  const lock = new DatabaseSync(join(dir, `${slot}.lock`), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return () => lock.close()
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined
    throw error
  }
}
