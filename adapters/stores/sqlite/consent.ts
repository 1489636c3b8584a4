import type { AccountId, EndpointKey, Instant } from '#core/ids.ts'
import type { ConsentStore, Suppression, SuppressionKind } from '#ports/store/consent.ts'
import type { Database } from './database.ts'

export interface SuppressionRow {
  readonly endpoint: EndpointKey
  readonly account: AccountId | ''
  readonly kind: SuppressionKind
  readonly since: Instant
  readonly until_at: Instant | null
}

/** One that ran out is replaced; of two that stand the later end holds, and no end is the latest. */
const SUPPRESS = `
  INSERT INTO suppression (endpoint, account, kind, since, until_at)
  VALUES (:endpoint, :account, :kind, :now, :until)
  ON CONFLICT (endpoint, account, kind) DO UPDATE SET
    since = iif(until_at <= :now, :now, since),
    until_at = iif(until_at IS NULL OR :until IS NULL, NULL, max(until_at, :until))`

export function createSqliteConsent(db: Database): ConsentStore {
  const suppress = db.prepare(SUPPRESS)
  const lift = db.prepare(`
    DELETE FROM suppression WHERE endpoint = ? AND account = ? AND kind = ?`)
  const liftAll = db.prepare('DELETE FROM suppression WHERE endpoint = ? AND kind = ?')
  const of = db.prepare(`
    SELECT * FROM suppression WHERE endpoint = ? AND (until_at IS NULL OR until_at > ?)`)
  const untrack = db.prepare('INSERT OR IGNORE INTO untracked (endpoint) VALUES (?)')
  const track = db.prepare('DELETE FROM untracked WHERE endpoint = ?')
  const isUntracked = db.prepare('SELECT 1 FROM untracked WHERE endpoint = ?')

  return {
    suppress: (endpoint, account, kind, forMs) =>
      db.write(() => {
        const now = db.now()
        const until = forMs === null ? null : now + forMs
        suppress.run({ endpoint, account: account ?? '', kind, now, until })
      }),
    lift: (endpoint, account, kind) =>
      db.write(() => {
        if (account === 'all') liftAll.run(endpoint, kind)
        else lift.run(endpoint, account ?? '', kind)
      }),
    of: (endpoint) =>
      db.read(() => (of.all(endpoint, db.now()) as unknown as SuppressionRow[]).map(suppressionOf)),
    setUntracked: (endpoint, untracked) =>
      db.write(() => {
        if (untracked) untrack.run(endpoint)
        else track.run(endpoint)
      }),
    isUntracked: (endpoint) => db.read(() => isUntracked.get(endpoint) !== undefined),
  }
}

export function suppressionOf(row: SuppressionRow): Suppression {
  return {
    endpoint: row.endpoint,
    account: row.account === '' ? null : row.account,
    kind: row.kind,
    since: row.since,
    until: row.until_at,
  }
}
