import { expect } from 'vitest'
import type { Balance } from './ledger.ts'
import { expectKept, type Row } from './report.ts'
import type { Stage, StageSettings } from './stage.ts'

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

/** Waits until all is final, reports it, and expects what holds in every scenario. */
export async function closeBooks(
  play: Play,
  stage: Stage,
  row: Omit<Row, 'balance'>,
): Promise<Balance> {
  const balance = await stage.ledger.balance(PATIENCE_MS)
  play.report({ ...row, balance })
  expectKept(balance)
  const { visits } = row
  if (visits) expect(visits.stored).toBeGreaterThanOrEqual(visits.answered)
  return balance
}

/** A lease, and what a busy machine takes to find that it ran out. */
export const PATIENCE_MS = 150_000
