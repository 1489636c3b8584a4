import { join } from 'node:path'
import { SPOOL } from '#adapters/stores/sqlite/folder-names.ts'
import { servesWeb } from '#core/role.ts'
import { startBell } from '#engine/bell.ts'
import type { Spool } from '#ports/spool.ts'
import type { Config } from '#src/config.ts'
import type { Ground } from './ground.ts'

/** What processes that are gone left in the folder is looked for so often. */
const ADOPT_MS = 30_000

export interface OpenSpool {
  readonly spool: Spool
  close(): Promise<void>
}

/**
 * Where visits wait for the store. On MongoDB several processes share a data folder, each with a slot of its own. A
 * process that serves no links has none to keep.
 */
export async function openSpool(
  config: Pick<Config, 'role' | 'embedded' | 'dataDir'>,
  ground: Pick<Ground, 'store' | 'logger'>,
): Promise<OpenSpool> {
  const dir = join(config.dataDir, SPOOL)
  if (!servesWeb(config.role)) {
    const { createMemorySpool } = await import('#adapters/spool/memory.ts')
    return closing(createMemorySpool())
  }
  if (config.embedded) {
    const { openFileSpool } = await import('#adapters/spool/file.ts')
    return closing(await openFileSpool({ dir }, ground))
  }
  return openSlot(dir, ground)
}

function closing(spool: Spool): OpenSpool {
  return { spool, close: () => spool.close() }
}

async function openSlot(
  dir: string,
  { store, logger }: Pick<Ground, 'store' | 'logger'>,
): Promise<OpenSpool> {
  const { openSpoolSlot } = await import('#adapters/spool/slots.ts')
  const spool = await openSpoolSlot({ dir }, { logger })
  const adopter = startBell({
    restMs: ADOPT_MS,
    gapMs: ADOPT_MS,
    async run() {
      await spool.drainOthers((batches) => store.visits.append(batches))
      return undefined
    },
    onFault: (error) => logger.warn({ err: error }, 'visits left behind are not stored yet'),
  })
  return {
    spool,
    async close() {
      await adopter.stop()
      await spool.close()
    },
  }
}
