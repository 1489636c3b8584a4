import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { refusal } from '#core/refusal.ts'

export interface Migration {
  readonly version: number
  readonly sql: string
}

const FILE = /^(\d{3})-[a-z-]+\.sql$/

/** The numbered `.sql` files of a folder, in order; each leads from the version before it to its own. */
export function readMigrations(
  folder: string = join(import.meta.dirname, 'migrations'),
): readonly Migration[] {
  const files = readdirSync(folder).filter((name) => FILE.test(name))
  return files.sort().map((name) => ({
    version: Number(FILE.exec(name)?.[1]),
    sql: readFileSync(join(folder, name), 'utf8'),
  }))
}

/**
 * Brings a database up to the newest version, each migration in a transaction of its own. Throws `conflict`
 * for one that a newer release has written.
 */
export function migrate(
  db: DatabaseSync,
  place: string,
  migrations: readonly Migration[] = readMigrations(),
): void {
  const version = refuseNewer(db, place, migrations)
  for (const migration of migrations) {
    if (migration.version > version) apply(db, migration)
  }
}

/** The database's version. Throws `conflict` where a newer release has written it. */
export function refuseNewer(
  db: DatabaseSync,
  place: string,
  migrations: readonly Migration[] = readMigrations(),
): number {
  const version = versionOf(db)
  const newest = migrations.at(-1)?.version ?? 0
  if (version > newest) {
    throw refusal('conflict', 'setup.cannot.newer_data', { values: { place, version, newest } })
  }
  return version
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.user_version)
}

function apply(db: DatabaseSync, { version, sql }: Migration): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    db.exec(sql)
    db.exec(`PRAGMA user_version = ${version}`)
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
