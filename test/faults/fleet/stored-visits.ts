import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readSpooled } from '#adapters/spool/read.ts'
import { SPOOL } from '#adapters/stores/sqlite/folder-names.ts'
import type { VisitsJson } from '#web/api/visit-schemas.ts'
import { askUntilAnswered } from './ask.ts'
import type { Stage } from './stage.ts'

/** What a process that is gone left behind is stored after half a minute; the rest is for a busy machine. */
const LIMIT_MS = 240_000
/** Counters that show all, and stand still for so long, count nothing twice. */
const STILL_MS = 3_000
const LOOK_MS = 500

/**
 * Visits that the counters of these shares show, of every class, once they show so many, all that the spools held is
 * stored and the counters stand still: no sooner, or what is counted twice would not be seen. What they show when that
 * takes too long.
 */
export async function storedVisits(
  stage: Pick<Stage, 'fleet' | 'over'>,
  shares: readonly string[],
  atLeast: number,
): Promise<number> {
  const end = performance.now() + LIMIT_MS
  let counted = -1
  let since = performance.now()
  while (performance.now() < end) {
    const now = await countedVisits(stage, shares)
    if (now !== counted || now < atLeast || holdsVisits(stage)) since = performance.now()
    if (performance.now() - since >= STILL_MS) break
    counted = now
    await sleep(LOOK_MS)
  }
  return counted
}

async function countedVisits(
  { fleet, over }: Pick<Stage, 'fleet' | 'over'>,
  shares: readonly string[],
): Promise<number> {
  let counted = 0
  for (const id of shares) {
    const path = `/shares/${id}/visits?limit=1`
    const { counters } = await askUntilAnswered<VisitsJson>(fleet, path, over)
    for (const { human, preview, prefetch, scanner, own } of counters) {
      counted += human + preview + prefetch + scanner + own
    }
  }
  return counted
}

function holdsVisits({ fleet }: Pick<Stage, 'fleet'>): boolean {
  return [...readSpooled(join(fleet.environment.DATA_DIR ?? '', SPOOL))].length > 0
}
