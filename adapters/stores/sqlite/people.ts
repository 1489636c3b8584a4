import type { PlatformUser, PlatformUserKey } from '#core/identity.ts'
import type { Reach } from '#ports/channel.ts'
import type { PeopleStore, Person } from '#ports/store/people.ts'
import { handleKey } from '../link-steps.ts'
import { isKnownSo } from '../people.ts'
import type { Database } from './database.ts'
import { type PersonRow, personOf, userColumns } from './user-rows.ts'

export function createSqlitePeople(db: Database): PeopleStore {
  const get = db.prepare(`
    SELECT * FROM person WHERE platform = ? AND connection = ? AND user_id = ?`)
  const byHandle = db.prepare(`
    SELECT * FROM person WHERE platform = ? AND connection = ? AND handle_key = ?`)
  const takeHandle = db.prepare(`
    UPDATE person SET handle = NULL, handle_key = NULL
    WHERE platform = ? AND connection = ? AND handle_key = ?`)
  const put = db.prepare(`
    INSERT INTO person (platform, connection, user_id, handle, handle_key, name, reach)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (platform, connection, user_id) DO UPDATE SET handle = excluded.handle,
      handle_key = excluded.handle_key, name = excluded.name, reach = excluded.reach`)

  const personOrNull = (row: unknown): Person | null => (row ? personOf(row as PersonRow) : null)
  const person = (user: PlatformUserKey): Person | null =>
    personOrNull(get.get(...userColumns(user)))

  const write = (user: PlatformUser, reach: Reach | null | undefined): void => {
    const { platform, connection, handle, name } = user
    const key = handle === null ? null : handleKey(handle)
    const known = reach === undefined ? (person(user)?.reach ?? null) : reach
    if (key !== null) takeHandle.run(platform, connection, key)
    put.run(...userColumns(user), handle, key, name, known && JSON.stringify(known))
  }

  return {
    async meet(user, reach) {
      if (await db.read(() => isKnownSo(person(user), user, reach))) return
      await db.write(() => write(user, reach))
    },
    get: (user) => db.read(() => person(user)),
    byHandle: ({ platform, connection }, handle) =>
      db.read(() => personOrNull(byHandle.get(platform, connection, handleKey(handle)))),
  }
}
