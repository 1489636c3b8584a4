import type { ConnectionRef } from '#core/address.ts'
import type { Instant } from '#core/ids.ts'
import type { ConnectionStore } from '#ports/store/connections.ts'
import type { Database } from './database.ts'

type DownRow = ConnectionRef & { readonly since: Instant; readonly detail: string }

export function createSqliteConnections(db: Database): ConnectionStore {
  const insert = db.prepare(`
    INSERT OR IGNORE INTO connection_down (channel, connection, since, detail)
    VALUES (?, ?, ?, ?)`)
  const update = db.prepare(`
    UPDATE connection_down SET detail = ? WHERE channel = ? AND connection = ?`)
  const remove = db.prepare('DELETE FROM connection_down WHERE channel = ? AND connection = ?')
  const down = db.prepare('SELECT * FROM connection_down')
  const hold = db.prepare(`
    INSERT INTO held_name (name, holder, until_at) VALUES (:name, :holder, :until)
    ON CONFLICT (name) DO UPDATE SET holder = :holder, until_at = :until
    WHERE holder = :holder OR until_at <= :now`)
  const release = db.prepare('DELETE FROM held_name WHERE name = ? AND holder = ?')

  return {
    pause: ({ channel, connection }, detail) =>
      db.write(() => {
        const wasUp = insert.run(channel, connection, db.now(), detail).changes === 1
        if (!wasUp) update.run(detail, channel, connection)
        return wasUp
      }),
    resume: ({ channel, connection }) =>
      db.write(() => remove.run(channel, connection).changes === 1),
    down: () =>
      db.read(() =>
        (down.all() as unknown as DownRow[]).map(({ channel, connection, since, detail }) => ({
          connection: { channel, connection },
          since,
          detail,
        })),
      ),
    hold: (name, holder, leaseMs) =>
      db.write(() => {
        const now = db.now()
        return hold.run({ name, holder, until: now + leaseMs, now }).changes === 1
      }),
    release: (name, holder) =>
      db.write(() => {
        release.run(name, holder)
      }),
  }
}
