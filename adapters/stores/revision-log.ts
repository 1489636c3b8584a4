import type { ShareId } from '#core/ids.ts'
import type { RevisedShare, RevisionMark, Revisions } from '#ports/store/shares.ts'

/** So many shares are remembered: more than are raised between two looks of whoever follows. */
const KEPT = 20_000

/** What one process raised: all there is where no other process can raise anything. */
export interface RevisionLog {
  add(revised: readonly RevisedShare[]): void
  since(mark: RevisionMark | null, limit: number): Revisions
}

interface Entry {
  readonly at: number
  readonly share: RevisedShare
}

/** Each share stands once, at its last revision. Forgets the oldest. */
export function createRevisionLog(kept: number = KEPT): RevisionLog {
  const entries = new Map<ShareId, Entry>()
  let last = 0

  return {
    add(revised) {
      for (const share of revised) {
        entries.delete(share.id)
        entries.set(share.id, { at: ++last, share })
      }
      for (const id of entries.keys()) {
        if (entries.size <= kept) return
        entries.delete(id)
      }
    },
    since(mark, limit) {
      if (mark === null) return { shares: [], mark: markOf(last) }
      const after = Number(mark)
      const found = [...entries.values()].filter(({ at }) => at > after).slice(0, limit)
      const shares = found.map(({ share }) => share)
      return { shares, mark: markOf(found.at(-1)?.at ?? after) }
    },
  }
}

function markOf(at: number): RevisionMark {
  return String(at) as RevisionMark
}
