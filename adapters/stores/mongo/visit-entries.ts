import { setImmediate as turn } from 'node:timers/promises'
import { type DeliveryId, type ShareId, splitDeliveryId } from '#core/ids.ts'
import type { Visit } from '#ports/store/visits.ts'
import { decodeBatch } from '../visit-codec.ts'
import type { LogDocument } from './visit-documents.ts'

/** A visit, or the finding that an earlier one was a scanner's. */
export interface Entry {
  readonly visit: Visit
  readonly reclass: boolean
}

/** What is to be merged into one share, in the order of the batches. */
export interface ShareWork {
  readonly entries: Entry[]
  readonly deliveries: Map<DeliveryId, Entry[]>
}

/** Entries that are sorted without letting go of the event loop. */
const AT_ONCE = 1_000

/** Sorts what was logged, given in the order of merging, by what it is merged into. */
export async function sortEntries(
  logged: readonly LogDocument[],
): Promise<ReadonlyMap<ShareId, ShareWork>> {
  const shares = new Map<ShareId, ShareWork>()
  let held = 0
  for (const { entries, size } of logged) {
    const { visits, reclassed } = decodeBatch(entries)
    for (const visit of visits) add(shares, { visit, reclass: false })
    for (const { visit } of reclassed) add(shares, { visit, reclass: true })
    held += size
    if (held >= AT_ONCE) {
      held = 0
      await turn()
    }
  }
  return shares
}

function add(shares: Map<ShareId, ShareWork>, entry: Entry): void {
  const { delivery } = entry.visit
  const share = splitDeliveryId(delivery)?.share
  if (!share) return
  const work = shares.get(share) ?? { entries: [], deliveries: new Map<DeliveryId, Entry[]>() }
  shares.set(share, work)
  work.entries.push(entry)
  const own = work.deliveries.get(delivery)
  if (own) own.push(entry)
  else work.deliveries.set(delivery, [entry])
}
