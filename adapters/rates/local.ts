import type { Clock } from '#ports/clock.ts'
import type { Bucket, Rates, Taken } from '#ports/rates.ts'

/** What is known of one bucket: the generic cell rate algorithm's theoretical arrival time, and its pause. */
interface Cell {
  arrival: number
  pausedUntil: number
}

/** Cells that are at rest are forgotten when there are more than this. */
const MAX_CELLS = 20_000
/** An edit leaves this many evenly spaced places of each bucket to sends. */
const EDIT_YIELDS = 2

/** Rates of one process, in memory. A pause that a restart forgets costs one more refusal by the provider. */
export function createLocalRates(deps: { clock: Clock }): Rates {
  const cells = new Map<string, Cell>()
  let sweepAt = MAX_CELLS
  const now = (): number => deps.clock.monotonic()

  function cellOf(key: string): Cell {
    const known = cells.get(key)
    if (known) return known
    if (cells.size >= sweepAt) {
      forgetRested(cells, now())
      // Where many are not at rest, looking through them at every new one would cost more than keeping them.
      sweepAt = Math.max(MAX_CELLS, 2 * cells.size)
    }
    const cell = { arrival: 0, pausedUntil: 0 }
    cells.set(key, cell)
    return cell
  }

  return {
    async take(buckets, priority = 'send') {
      const at = now()
      let longest: Taken = { ok: true }
      let longestMs = 0
      for (const bucket of buckets) {
        const waitMs = waitFor(bucket, cellOf(bucket.key), at, priority)
        if (waitMs > longestMs) {
          longestMs = waitMs
          longest = { ok: false, bucket: bucket.key, waitMs: Math.ceil(waitMs) }
        }
      }
      if (longest.ok) for (const bucket of buckets) enter(bucket, cellOf(bucket.key), at)
      return longest
    },
    async pause(bucketKey, forMs) {
      const cell = cellOf(bucketKey)
      cell.pausedUntil = Math.max(cell.pausedUntil, now() + forMs)
    },
    async close() {
      cells.clear()
    },
  }
}

function spacing(bucket: Bucket): number {
  return bucket.perMs / bucket.limit
}

function waitFor(bucket: Bucket, cell: Cell, at: number, priority: 'send' | 'edit'): number {
  const room = (bucket.burst ?? 1) * spacing(bucket)
  const yielded = priority === 'edit' ? EDIT_YIELDS * spacing(bucket) : 0
  // A cost above the burst would never fit: it goes when the bucket is at rest, and pays afterwards.
  const asked = Math.min(bucket.cost * spacing(bucket), room)
  const byRate = Math.max(cell.arrival, at) + asked - room + yielded - at
  const idle = cell.arrival + yielded <= at ? 0 : byRate
  return Math.max(idle, cell.pausedUntil - at, 0)
}

function enter(bucket: Bucket, cell: Cell, at: number): void {
  cell.arrival = Math.max(cell.arrival, at) + bucket.cost * spacing(bucket)
}

function forgetRested(cells: Map<string, Cell>, at: number): void {
  for (const [key, cell] of cells) {
    if (cell.arrival <= at && cell.pausedUntil <= at) cells.delete(key)
  }
}
