/** Time as the process sees it. Stores have a clock of their own, which decides leases and due times. */
export interface Clock {
  /** Milliseconds since the epoch; never runs backwards within a process. */
  now(): number
  /** Milliseconds from an arbitrary start, for measuring. */
  monotonic(): number
}
