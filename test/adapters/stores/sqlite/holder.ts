/** Accepts and claims one delivery in the folder named, says its id, and stays until it is killed. */
import { acceptOne, claimed } from '#test/contracts/store/plans.ts'
import { openSqlite } from './harness.ts'

const store = openSqlite(process.argv[2] ?? '')
const { id } = await acceptOne(store)
await claimed(store, id, { leaseMs: 60_000 })
await store.connections.hold('poller', 'me', 60_000)
process.stdout.write(`${id}\n`)
setInterval(() => {}, 1_000)
