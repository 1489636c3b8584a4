import type { AccountId, Instant } from '#core/ids.ts'
import type { IdentityStore, LinkAttempt } from '#ports/store/identities.ts'
import { beginnerKey, begunBy, begunStep, metStep, triedStep } from '../link-steps.ts'
import type { Database } from './database.ts'

type LinkAttempts = Pick<
  IdentityStore,
  'begin' | 'attempt' | 'attemptOf' | 'meet' | 'countTry' | 'end'
>

export interface AttemptRow {
  readonly hash: string
  readonly begun: LinkAttempt['begun']
  readonly user: string | null
  readonly account: AccountId | null
  readonly moves_from: AccountId | null
  readonly pin_hash: string | null
  readonly tries: number
  readonly until_at: Instant
}

export function createSqliteLinkAttempts(db: Database): LinkAttempts {
  const put = db.prepare(`
    INSERT OR REPLACE INTO link_attempt
      (beginner, hash, begun, user, account, moves_from, pin_hash, tries, until_at)
    VALUES (?, ?, ?, ?, ?, ?, NULL, 0, ?)`)
  const change = db.prepare(`
    UPDATE link_attempt SET user = ?, account = ?, moves_from = ?, pin_hash = ?, tries = ?
    WHERE hash = ?`)
  const byHash = db.prepare('SELECT * FROM link_attempt WHERE hash = ? AND until_at > ?')
  const byBeginner = db.prepare('SELECT * FROM link_attempt WHERE beginner = ? AND until_at > ?')
  const remove = db.prepare('DELETE FROM link_attempt WHERE hash = ? AND until_at > ?')

  const attemptOrNull = (row: unknown): LinkAttempt | null =>
    row ? attemptOf(row as AttemptRow) : null

  /** Null where the step refuses, or no such attempt stands. */
  const step = (
    hash: string,
    next: (attempt: LinkAttempt, now: Instant) => LinkAttempt | undefined,
  ): Promise<LinkAttempt | null> =>
    db.write(() => {
      const now = db.now()
      const before = attemptOrNull(byHash.get(hash, now))
      const after = before && next(before, now)
      if (!after) return null
      const { user, account, movesFrom, pinHash, tries } = after
      change.run(user && JSON.stringify(user), account, movesFrom, pinHash, tries, hash)
      return after
    })

  return {
    begin: (attempt, ttlMs) =>
      db.write(() => {
        const begun = begunStep(attempt, (db.now() + ttlMs) as Instant)
        const { hash, user, account, movesFrom, expiresAt } = begun
        const who = user && JSON.stringify(user)
        put.run(begunBy(begun), hash, begun.begun, who, account, movesFrom, expiresAt)
      }),
    attempt: (hash) => db.read(() => attemptOrNull(byHash.get(hash, db.now()))),
    attemptOf: (beginner) =>
      db.read(() => attemptOrNull(byBeginner.get(beginnerKey(beginner), db.now()))),
    meet: (hash, meeting) => step(hash, (attempt, now) => metStep(attempt, meeting, now)),
    countTry: (hash, max) => step(hash, (attempt, now) => triedStep(attempt, max, now)),
    end: (hash) => db.write(() => remove.run(hash, db.now()).changes === 1),
  }
}

export function attemptOf(row: AttemptRow): LinkAttempt {
  return {
    hash: row.hash,
    begun: row.begun,
    user: row.user === null ? null : JSON.parse(row.user),
    account: row.account,
    movesFrom: row.moves_from,
    pinHash: row.pin_hash,
    tries: row.tries,
    expiresAt: row.until_at,
  }
}
