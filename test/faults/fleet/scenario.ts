import { expect } from 'vitest'
import type { Balance } from './ledger.ts'
import { expectKept, type Row } from './report.ts'
import type { Stage, StageSettings } from './stage.ts'
import { storedVisits } from './stored-visits.ts'

/** What a scenario is given to play with. */
export interface Play {
  /** Starts a fleet that is ended with the test. */
  setStage(settings: StageSettings): Promise<Stage>
  /** Runs work of several scenarios one after the other: the machine is one. Waiting needs no turn. */
  turn<T>(work: () => Promise<T>): Promise<T>
  /** Takes a line into the table. */
  report(row: Row): void
}

/** Breaks something, reports what it came to, and expects that nothing was lost. */
export type Scenario = (play: Play) => Promise<void>

/** What was done in a scenario, by the test's own count. */
export interface Played {
  readonly scenario: string
  /**
   * How often a worker's sends were cut off from their settlement: each worker that was killed or frozen, and every
   * worker each time that the database or the line to it was. By default never.
   */
  readonly cutOff?: number
  readonly visits?: {
    /** Shares whose links were followed. */
    readonly shares: readonly string[]
    /** Redirects that came whole: so many visits are stored at least. */
    readonly answered: number
    /** An answer that was cut off may be recorded, too: no more than so many are stored. */
    readonly most: number
  }
  readonly note?: string
}

/** Waits until all is final, reports it, and expects what holds in every scenario. */
export async function closeBooks(
  play: Play,
  stage: Stage,
  { scenario, cutOff = 0, visits, note = '' }: Played,
): Promise<Balance> {
  // First, since the deliveries are watched until then.
  const balance = await stage.ledger.balance(PATIENCE_MS)
  const stored = visits && (await storedVisits(stage, visits.shares, visits.answered))
  const shown = visits && { answered: visits.answered, stored: stored ?? 0 }
  play.report({ scenario, note, balance, ...(shown && { visits: shown }) })
  expectKept(balance, cutOff)
  if (visits) {
    expect(stored).toBeGreaterThanOrEqual(visits.answered)
    expect(stored).toBeLessThanOrEqual(visits.most)
  }
  return balance
}

/** A lease, and what a busy machine takes to find that it ran out. */
export const PATIENCE_MS = 150_000
