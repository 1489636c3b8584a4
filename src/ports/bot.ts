/** A term of holding a name that one process of the fleet has at a time. */
export interface Turn {
  /** Ends when the name must be let go: lost, about to run out, or handed back. */
  readonly signal: AbortSignal
  /**
   * Whether nobody else can have the name for the next `forMs`, by this process's own clock. Asked right before
   * each step that two processes must not take at once: after a freeze it says no before any timer has run.
   */
  holds(forMs?: number): boolean
}

/**
 * What asks a platform for news. The platform refuses two that ask at once, so that one process of the fleet asks
 * for each bot, and another takes over where that one ends.
 */
export interface Bot {
  /** The same in every process, another for every bot: `telegram/default`. */
  readonly name: string
  /**
   * Asks until the signal ends. Before each request `turn.holds` must say yes to the longest that the platform may
   * keep it open (4 s is little enough): a process that is frozen in it cannot end it.
   */
  poll(turn: Turn): Promise<void>
}
