import { LRUCache } from 'lru-cache'
import { MANY_CODES, MANY_CODES_MS } from '#core/visit/classify.ts'
import type { Visit } from '#ports/store/visits.ts'

/** Clients watched at once; a scanner that hides among more is told by time alone. */
const WATCHED = 20_000

interface Watched {
  readonly codes: Map<string, number>
  /** Human visits that would be taken back. */
  humans: Visit[]
}

/** Finds the clients that open many people's mail, among those who opened some within ten seconds. */
export interface ScannerWatch {
  /** How many codes the client opened lately, this one among them. */
  seen(client: string, code: string, now: number): number
  /** Keeps a human visit, in case its client turns out to be a scanner. */
  keep(client: string, visit: Visit): void
  /** The client is a scanner: its human visits of the last ten seconds, each given once. */
  takeBack(client: string, now: number): readonly Visit[]
}

/** Of this process: what one client opens through others is not seen. */
export function createScannerWatch(): ScannerWatch {
  const clients = new LRUCache<string, Watched>({ max: WATCHED })

  function watched(client: string): Watched {
    const known = clients.get(client)
    if (known) return known
    const fresh: Watched = { codes: new Map(), humans: [] }
    clients.set(client, fresh)
    return fresh
  }

  return {
    seen(client, code, now) {
      const { codes } = watched(client)
      codes.delete(code)
      codes.set(code, now)
      for (const [old, at] of codes) {
        if (at > now - MANY_CODES_MS && codes.size <= MANY_CODES) break
        codes.delete(old)
      }
      return codes.size
    },
    keep(client, visit) {
      const kept = watched(client)
      kept.humans = [...recent(kept.humans, visit.at), visit].slice(-MANY_CODES * 10)
    },
    takeBack(client, now) {
      const kept = watched(client)
      const found = recent(kept.humans, now)
      kept.humans = []
      return found
    },
  }
}

function recent(visits: readonly Visit[], now: number): Visit[] {
  return visits.filter((visit) => visit.at > now - MANY_CODES_MS)
}
