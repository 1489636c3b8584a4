import { expect } from 'vitest'
import type { Balance } from './ledger.ts'

export interface Row {
  readonly scenario: string
  readonly balance: Balance
  /** Visits answered and stored, where links were followed. */
  readonly visits?: { readonly answered: number; readonly stored: number }
  readonly note?: string
}

/** Sends of one worker that are under way at a time. */
const SLOTS = 20

/**
 * What holds whatever was broken: nothing lost, and nothing twice but what was under way where sends were cut off from
 * their settlement.
 * @param cutOff how often that happened to a worker, by the test's own count
 */
export function expectKept({ accepted, ...balance }: Balance, cutOff: number): void {
  expect(balance.lost).toEqual([])
  expect(balance.strays).toEqual([])
  expect(balance.unexplained).toEqual([])
  expect(balance.duplicates).toBeLessThanOrEqual(balance.sentAgain)
  expect(balance.duplicates).toBeLessThanOrEqual(cutOff * SLOTS)
  expect(balance.sent + balance.unknown).toBe(accepted)
}

const COLUMNS = [
  'accepted',
  'sent',
  'received',
  'lost',
  'duplicates',
  'sent again',
  'unknown',
  'longest stall',
  'visits answered/stored',
] as const

/** One line for each scenario, under a heading. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(lineOf)
  const all = [['', ...COLUMNS, ''], ...lines]
  const widths = all[0]?.map((_, i) => Math.max(...all.map((line) => line[i]?.length ?? 0))) ?? []
  return all
    .map((line) => line.map((cell, i) => pad(cell, widths[i] ?? 0, i === 0)).join('  '))
    .join('\n')
}

function lineOf({ scenario, balance, visits, note = '' }: Row): readonly string[] {
  const { accepted, sent, received, lost, duplicates, sentAgain, unknown } = balance
  return [
    scenario,
    ...[accepted, sent, received, lost.length, duplicates, sentAgain, unknown].map(String),
    `${(balance.longestStallMs / 1_000).toFixed(1)} s`,
    visits ? `${visits.answered}/${visits.stored}` : '',
    note,
  ]
}

function pad(cell: string, width: number, left: boolean): string {
  return left ? cell.padEnd(width) : cell.padStart(width)
}
