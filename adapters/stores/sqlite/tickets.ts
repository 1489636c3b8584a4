import type { AccountStore } from '#ports/store/accounts.ts'
import type { Database } from './database.ts'

type Tickets = Pick<AccountStore, 'addTicket' | 'peekTicket' | 'takeTicket' | 'dropTickets'>

export function createSqliteTickets(db: Database): Tickets {
  const insert = db.prepare(`
    INSERT OR REPLACE INTO ticket (hash, purpose, subject, until_at) VALUES (?, ?, ?, ?)`)
  const peek = db.prepare(`
    SELECT subject FROM ticket WHERE hash = ? AND purpose = ? AND until_at > ?`)
  const take = db.prepare(`
    DELETE FROM ticket WHERE hash = ? AND purpose = ? AND until_at > ? RETURNING subject`)
  const drop = db.prepare('DELETE FROM ticket WHERE purpose = ? AND subject = coalesce(?, subject)')

  const subjectOf = (row: unknown): { subject: string } | null =>
    row ? { subject: (row as { subject: string }).subject } : null

  return {
    addTicket: (hash, purpose, subject, ttlMs) =>
      db.write(() => {
        insert.run(hash, purpose, subject, db.now() + ttlMs)
      }),
    peekTicket: (hash, purpose) => db.read(() => subjectOf(peek.get(hash, purpose, db.now()))),
    takeTicket: (hash, purpose) => db.write(() => subjectOf(take.get(hash, purpose, db.now()))),
    dropTickets: (purpose, subject) =>
      db.write(() => {
        drop.run(purpose, subject ?? null)
      }),
  }
}
