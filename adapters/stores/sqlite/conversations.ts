import type { ConversationStore, StoredConversation } from '#ports/store/conversations.ts'
import type { Database } from './database.ts'
import { createSqliteStatusMessages } from './status-messages.ts'
import { userColumns } from './user-rows.ts'

export function createSqliteConversations(db: Database): ConversationStore {
  const get = db.prepare(`
    SELECT state, version FROM conversation
    WHERE platform = ? AND connection = ? AND user_id = ?`)
  const insert = db.prepare(`
    INSERT OR IGNORE INTO conversation (platform, connection, user_id, state, version, at)
    VALUES (?, ?, ?, ?, 1, ?)`)
  const update = db.prepare(`
    UPDATE conversation SET state = ?, version = version + 1, at = ?
    WHERE platform = ? AND connection = ? AND user_id = ? AND version = ?`)
  const forget = db.prepare(`
    DELETE FROM conversation WHERE (platform, connection, user_id) IN (
      SELECT platform, connection, user_id FROM conversation WHERE at <= ? ORDER BY at LIMIT ?)`)

  return {
    load: (user) =>
      db.read(() => {
        const row = get.get(...userColumns(user)) as StoredConversation | undefined
        return row ? { ...row } : null
      }),
    save: (user, state, expected) =>
      db.write(() => {
        const key = userColumns(user)
        const saved =
          expected === 0
            ? insert.run(...key, state, db.now())
            : update.run(state, db.now(), ...key, expected)
        return saved.changes === 1
      }),
    forget: (idleMs, limit) => db.write(() => Number(forget.run(db.now() - idleMs, limit).changes)),
    ...createSqliteStatusMessages(db),
  }
}
