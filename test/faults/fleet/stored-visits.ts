import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readSpooled } from '#adapters/spool/read.ts'
import { SPOOL } from '#adapters/stores/sqlite/folder-names.ts'
import type { Fleet } from '#test/fixtures/fleet.ts'
import type { VisitsJson } from '#web/api/visit-schemas.ts'

/** What a process that is gone left behind is stored after half a minute; a busy machine takes longer. */
const LIMIT_MS = 90_000
/** Counters that show all, and stand still for so long, count nothing twice. */
const STILL_MS = 3_000
const LOOK_MS = 500

/**
 * Visits that the counters of these shares show, of every class, once they show so many, all that the spools held is
 * stored and the counters stand still: no sooner, or what is counted twice would not be seen. What they show when that
 * takes too long.
 */
export async function storedVisits(
  fleet: Fleet,
  shares: readonly string[],
  atLeast: number,
): Promise<number> {
  const end = performance.now() + LIMIT_MS
  let counted = -1
  let since = performance.now()
  while (performance.now() < end) {
    const now = await countedVisits(fleet, shares)
    if (now !== counted || now < atLeast || holdsVisits(fleet)) since = performance.now()
    if (performance.now() - since >= STILL_MS) break
    counted = now
    await sleep(LOOK_MS)
  }
  return counted
}

async function countedVisits(fleet: Fleet, shares: readonly string[]): Promise<number> {
  let counted = 0
  for (const id of shares) {
    const answer = await fleet.api('GET', `/shares/${id}/visits?limit=1`)
    const { counters } = (await answer.json()) as VisitsJson
    for (const { human, preview, prefetch, scanner, own } of counters) {
      counted += human + preview + prefetch + scanner + own
    }
  }
  return counted
}

function holdsVisits({ environment }: Fleet): boolean {
  return [...readSpooled(join(environment.DATA_DIR ?? '', SPOOL))].length > 0
}
