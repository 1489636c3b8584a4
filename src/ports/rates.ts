/** A limit on something that many sends share: a bot token, a chat, a sender number, an account's API. */
export interface Bucket {
  readonly key: string
  /**
   * `limit` units in `perMs`, evenly spaced; `burst` units (default 1) may go at once after a rest. With 1, no
   * sliding window of `perMs` sees more than `limit`.
   */
  readonly limit: number
  readonly perMs: number
  readonly burst?: number
  /** Units that this send takes. */
  readonly cost: number
}

/** Whether the units were taken. */
export type Taken =
  | { readonly ok: true }
  /** Nothing was taken. `bucket` is the one that makes it wait longest. */
  | { readonly ok: false; readonly bucket: string; readonly waitMs: number }

/** Rates that hold over every process which shares the adapter. */
export interface Rates {
  /**
   * Takes what a send needs from all its buckets, or from none.
   * `edit` (a status message brought up to date) yields: it leaves a part of each bucket to sends.
   * Throws `unavailable`, within a second or so, where what the others took cannot be known.
   */
  take(buckets: readonly Bucket[], priority?: 'send' | 'edit'): Promise<Taken>
  /** Everybody who asks for the bucket waits at least so long (the provider said so). Throws as `take`. */
  pause(bucketKey: string, forMs: number): Promise<void>
  close(): Promise<void>
}
