import type { mongo } from 'mongoose'
import type { Database } from '../database.ts'
import { attempt } from '../deadline.ts'

/** Each by its collection. Names are ours, since faults tell of a broken index by its name alone. */
type Indexes = Readonly<Record<string, readonly (mongo.IndexDescription & { name: string })[]>>

const PEOPLE: Indexes = {
  accounts: [
    { name: 'username', key: { username: 1 }, unique: true },
    { name: 'first', key: { first: 1 }, unique: true, sparse: true },
    { name: 'role', key: { role: 1, createdAt: 1 } },
  ],
  sessions: [
    { name: 'account', key: { account: 1 } },
    { name: 'until', key: { until: 1 } },
  ],
  api_tokens: [{ name: 'account', key: { account: 1, tokenId: 1 } }],
  tickets: [
    { name: 'purpose', key: { purpose: 1, subject: 1 } },
    { name: 'until', key: { until: 1 } },
  ],
  contacts: [{ name: 'name', key: { account: 1, nameKey: 1 }, unique: true }],
  suppressions: [{ name: 'endpoint', key: { endpoint: 1, kind: 1 } }],
  outbox: [{ name: 'newest', key: { at: -1, _id: -1 } }],
}

const SHARING: Indexes = {}

const ALL: readonly Indexes[] = [PEOPLE, SHARING]

/** An index over many documents takes its time; a process that is killed meanwhile finds it made. */
const BUILD_MS = 600_000

/** Makes what is not there yet. */
export async function createIndexes({ connection }: Database): Promise<void> {
  for (const [collection, indexes] of ALL.flatMap((part) => Object.entries(part))) {
    await attempt(() => connection.collection(collection).createIndexes([...indexes]), BUILD_MS)
  }
}
