import { sharePlan } from '#test/contracts/store/plans.ts'
import { plantAccount } from '#test/fixtures/planted-share.ts'
import type { FleetGround } from '../servers.ts'
import { openMongoStore } from '../stores.ts'

const ACCOUNTS = 10
const RECIPIENTS = 1_000

/** At least so many deliveries that are due, of several senders, each to somebody else. Returns how many. */
export async function plantBacklog({ uri }: FleetGround, deliveries: number): Promise<number> {
  const store = await openMongoStore(uri)
  const each = Math.ceil(deliveries / ACCOUNTS / RECIPIENTS)
  for (let i = 0; i < ACCOUNTS; i++) {
    const account = await plantAccount(store, `sender${i}`)
    for (let k = 0; k < each; k++) {
      const to = Array.from({ length: RECIPIENTS }, () => ({}))
      const { kind } = await store.shares.accept(sharePlan({ account: account.id, to }))
      if (kind !== 'accepted') throw new Error(kind)
    }
  }
  await store.close()
  return ACCOUNTS * each * RECIPIENTS
}
