import type { AccountId, ShareId } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'
import type { ChatRef } from '#ports/bot-platform.ts'
import type {
  ConversationStore,
  FollowedMessage,
  StatusMessage,
} from '#ports/store/conversations.ts'
import type { Database } from './database.ts'
import { type UserRow, userOf } from './user-rows.ts'

type StatusMessages = Pick<
  ConversationStore,
  'follow' | 'ofShare' | 'shown' | 'unfollow' | 'behind' | 'settleStatus'
>

export interface StatusRow extends UserRow {
  readonly share: ShareId
  readonly chat: string
  readonly audience: StatusMessage['audience']
  readonly chat_kind: ChatRef['kind']
  readonly account: AccountId
  readonly message: string
  readonly locale: Locale
  readonly shown: number
}

const FOLLOWED =
  'share = ? AND platform = ? AND connection = ? AND chat = ? AND audience = ? AND message = ?'

export function createSqliteStatusMessages(db: Database): StatusMessages {
  const put = db.prepare(`
    INSERT OR REPLACE INTO status_message (share, platform, connection, chat, audience, chat_kind,
      user_id, account, message, locale, shown, changed_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const ofShare = db.prepare('SELECT * FROM status_message WHERE share = ?')
  const show = db.prepare(`
    UPDATE status_message SET shown = ?, changed_at = ? WHERE ${FOLLOWED} AND shown < ?`)
  const remove = db.prepare(`DELETE FROM status_message WHERE ${FOLLOWED}`)
  const behind = db.prepare(`
    SELECT m.* FROM status_message AS m CROSS JOIN share AS s ON s.id = m.share
    WHERE m.platform = ? AND m.connection = ? AND (m.share, m.chat, m.audience) > (?, ?, ?)
      AND s.revision > m.shown
    ORDER BY m.share, m.chat, m.audience LIMIT ?`)
  const settle = db.prepare(`
    DELETE FROM status_message WHERE (share, platform, connection, chat, audience) IN (
      SELECT share, platform, connection, chat, audience FROM status_message
      WHERE changed_at <= ? ORDER BY changed_at LIMIT ?)`)

  return {
    follow: (message) =>
      db.write(() => {
        put.run(...statusColumns(message), db.now())
      }),
    ofShare: (share) => db.read(() => (ofShare.all(share) as unknown as StatusRow[]).map(statusOf)),
    shown: (message, revision) =>
      db.write(() => {
        show.run(revision, db.now(), ...followedColumns(message), revision)
      }),
    unfollow: (message) =>
      db.write(() => {
        remove.run(...followedColumns(message))
      }),
    behind: ({ platform, connection }, { limit, after }) =>
      db.read(() => {
        const rows = behind.all(platform, connection, ...placeOf(after), limit)
        const messages = (rows as unknown as StatusRow[]).map(statusOf)
        const last = messages.at(-1)
        return { messages, next: last && messages.length === limit ? cursorOf(last) : null }
      }),
    settleStatus: (olderThanMs, limit) =>
      db.write(() => Number(settle.run(db.now() - olderThanMs, limit).changes)),
  }
}

export function statusColumns(status: StatusMessage): readonly (string | number)[] {
  const { share, user, chat, audience, account, message, locale, shown } = status
  const { platform, connection, id } = user
  const place = [share, platform, connection, chat.id, audience, chat.kind] as const
  return [...place, id, account, message, locale, shown]
}

export function statusOf(row: StatusRow): StatusMessage {
  const { share, account, audience, message, locale, shown } = row
  const chat = { id: row.chat, kind: row.chat_kind }
  return { share, account, user: userOf(row), chat, audience, message, locale, shown }
}

function followedColumns(followed: FollowedMessage): readonly string[] {
  const { share, user, chat, audience, message } = followed
  return [share, user.platform, user.connection, chat.id, audience, message]
}

/** None but the last of its parts may hold a space. */
function cursorOf({ share, audience, chat }: StatusMessage): string {
  return `${share} ${audience} ${chat.id}`
}

function placeOf(cursor = '  '): readonly [share: string, chat: string, audience: string] {
  const [share = '', audience = '', ...chat] = cursor.split(' ')
  return [share, chat.join(' '), audience]
}
