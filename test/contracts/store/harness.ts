import { randomBytes } from 'node:crypto'
import type { Clock } from '#ports/clock.ts'
import type { Store } from '#ports/store/store.ts'

/** A store under test. */
export interface Subject {
  /** The one that stands now; another after `reopen`. */
  readonly store: Store
  /** The store's time, as far as the test can know it. */
  now(): number
  /** Lets the store's time pass: by a clock of the test's, or by waiting. */
  advance(ms: number): Promise<void>
  /** As where the time of the machine that has the store is corrected. */
  setBack(ms: number): void
  /** As after a kill and a new start on the same data, or why there is no such thing. */
  readonly reopen: (() => Promise<Store>) | { readonly skip: string }
  close(): Promise<void>
}

export interface StoreHarness {
  open(): Promise<Subject>
}

/** Noon of a day, so that no test runs over midnight by accident. */
export const START = Date.UTC(2026, 4, 4, 12)

/** Some hundred milliseconds, for stores whose clock cannot be set. */
export const LEASE_MS = 400

export interface TestClock extends Clock {
  advance(ms: number): void
  set(now: number): void
  /** The wall clock alone. */
  setBack(ms: number): void
}

export function testClock(start = START): TestClock {
  let now = start
  let back = 0
  return {
    now: () => now,
    monotonic: () => now + back,
    advance(ms) {
      now += ms
    },
    set(value) {
      now = value
    },
    setBack(ms) {
      now -= ms
      back += ms
    },
  }
}

export { randomBytes }
