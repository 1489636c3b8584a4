import type { Database } from '../database.ts'
import { type Indexes, makeIndexes } from './make-indexes.ts'

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

const SHARING: Indexes = {
  shares: [
    { name: 'account', key: { account: 1, seq: 1 } },
    { name: 'key', key: { 'keys.id': 1 }, unique: true, sparse: true },
    { name: 'key_until', key: { 'keys.until': 1 }, sparse: true },
    { name: 'planned', key: { 'plans.first': 1 }, sparse: true },
    { name: 'ending', key: { endings: 1 }, sparse: true },
    { name: 'revised', key: { revisedAt: 1 }, sparse: true },
  ],
  deliveries: [
    { name: 'code', key: { code: 1 }, unique: true },
    { name: 'lane', key: { 'due.lane': 1, 'due.at': 1 }, sparse: true },
    { name: 'channel', key: { 'due.channel': 1, 'due.at': 1 }, sparse: true },
    { name: 'sweep', key: { 'sweep.for': 1, 'sweep.at': 1 }, sparse: true },
    { name: 'finds', key: { finds: 1 }, sparse: true },
  ],
  changed_shares: [{ name: 'from', key: { from: 1 } }],
  parked_receipts: [{ name: 'at', key: { at: 1 } }],
}

const VISITING: Indexes = {
  visit_counts: [{ name: 'opened', key: { openedOf: 1 }, sparse: true }],
  visit_salts: [{ name: 'made', key: { madeAt: 1 } }],
}

/** Makes what is not there yet. */
export function createIndexes(db: Pick<Database, 'connection'>): Promise<void> {
  return makeIndexes(db, { ...PEOPLE, ...SHARING, ...VISITING })
}
