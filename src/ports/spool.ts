import type { VisitBatch } from './store/visits.ts'

/**
 * A local journal that takes batches of visits while the store cannot, and keeps them in order until it can. It
 * belongs to one process and its data folder, whose name as a writer it holds.
 */
export interface Spool {
  /** The same after each start on this data folder, another on every other. */
  readonly writer: string
  /** The highest number of this writer's that was here when the spool was opened, 0 for none. */
  readonly lastSeq: number
  /** Batches kept and not yet drained. */
  readonly size: number
  /** When it resolves, the batch outlives the process, kill -9 included. Throws where there is no room for it. */
  append(batch: VisitBatch): Promise<void>
  /**
   * Hands the batches to `apply`, oldest first and some at a time, and forgets them some time after `apply`
   * resolved: they may be handed over again after a crash. Ends when it is empty, or at the first fault, which it
   * throws; what is left stays. One at a time.
   */
  drain(apply: (batches: readonly VisitBatch[]) => Promise<void>): Promise<void>
  close(): Promise<void>
}
