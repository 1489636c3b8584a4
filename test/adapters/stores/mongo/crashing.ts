import { describe, expect, it } from 'vitest'
import { RIPE_MS } from '#adapters/stores/mongo/changes.ts'
import type { Store } from '#ports/store/store.ts'
import type { Cut } from '#test/fixtures/cut-proxy.ts'
import type { TestStores } from './harness.ts'

/** A use case that is cut off. */
export interface Case<T> {
  /** What stands before, made by a process that nothing happens to. */
  readonly given: (store: Store) => Promise<T>
  readonly when: (store: Store, given: T) => Promise<unknown>
  /** After the restart and its repairs, whatever was cut. */
  readonly holds: (store: Store, given: T) => Promise<void>
}

/** More writes than any use case here makes. */
const ENOUGH = 40

/** Tests of what a use case leaves behind that is cut off at each of its writes. */
export function crashesOn(stores: TestStores): <T>(name: string, one: Case<T>) => void {
  const { clock, open, openBehindProxy, closeAll } = stores

  /** False: the use case was through before so many writes. */
  async function isCutOff<T>(one: Case<T>, cut: Cut): Promise<boolean> {
    const given = await one.given(await open())
    const { store: victim, proxy } = await openBehindProxy()
    proxy.arm(cut)
    await Promise.race([one.when(victim, given).catch(() => undefined), proxy.cut])
    clock.advance(RIPE_MS)
    const restarted = await open()
    while ((await restarted.shares.repair(100)) > 0);
    await one.holds(restarted, given)
    const wasCut = proxy.isCut()
    await closeAll()
    return wasCut
  }

  return (name, one) => {
    describe(name, () => {
      it.each([false, true])('cut off at each write, carried out: %s', async (applied) => {
        let write = 1
        while (await isCutOff(one, { write, applied })) write++
        expect(write, 'writes that were cut').toBeGreaterThan(1)
        expect(write).toBeLessThan(ENOUGH)
      })
    })
  }
}
