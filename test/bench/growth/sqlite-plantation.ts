import type { AccountId } from '#core/ids.ts'
import { plantAccount } from '#test/fixtures/planted-share.ts'
import { withSqliteStore } from '../stores.ts'
import {
  ACCOUNTS,
  DAY_MS,
  DAYS,
  type Plantation,
  type PlantedShare,
  RECIPIENTS,
} from './planted.ts'
import { sendShare, settleDown, visitsOf } from './send-share.ts'

const SETTLE_DOWN_EACH = 100

/**
 * Runs with an embedded store into which everything comes as it does in life: accepted, claimed, settled, visited.
 * Its clock goes through the days faster; `most` deliveries come to its end.
 */
export function withSqlitePlantation<T>(
  most: number,
  run: (plantation: Plantation) => Promise<T>,
): Promise<T> {
  const begun = Date.now() - DAYS * DAY_MS
  const stepMs = (DAYS * DAY_MS * RECIPIENTS) / most
  const shares: PlantedShare[] = []
  const now = (): number => Math.floor(begun + shares.length * stepMs)
  const clock = { now, monotonic: () => performance.now() }
  return withSqliteStore(
    async (store) => {
      const accounts: AccountId[] = []
      for (let i = 0; i < ACCOUNTS; i++) accounts.push((await plantAccount(store, `a${i}`)).id)
      return run({
        store,
        shares,
        async grow(deliveries) {
          while (shares.length * RECIPIENTS < deliveries) {
            const account = accounts[shares.length % ACCOUNTS] as AccountId
            const share = await sendShare(store, account, now())
            shares.push(share)
            const visits = visitsOf(share, now())
            const seq = shares.length
            await store.visits.append([{ writer: 'planted', seq, visits, reclassed: [] }])
            if (shares.length % SETTLE_DOWN_EACH === 0) await settleDown(store)
          }
          await settleDown(store)
        },
      })
    },
    { clock },
  )
}
