import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { type Breakable, type Jail, spawnGuarded, startBreakable } from './breakable.ts'
import { killAll, runs } from './process-tree.ts'
import { steadyPort } from './steady-port.ts'

const SCRIPT = 'test/services/document-db/install.sh'
/** As in install.sh. */
const INSTALLED = join(
  process.env.PASSALONG_SERVICES_DIR ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'passalong'),
  'document-db',
)
const JAIL: Jail = { root: join(INSTALLED, 'root'), uid: 26 }
/** The data of each server, in a folder named after the process that started it. */
export const SERVERS = join(JAIL.root, 'srv')
const TEMPLATE = join(SERVERS, 'template')
const PROGRAMS = '/usr/lib/postgresql/18/bin:/usr/bin:/usr/sbin'

export interface DocumentDb extends Breakable {
  /** For MONGODB_URI; ends in a slash, for a database's name. */
  readonly uri: string
}

/** Why {@link startDocumentDb} cannot; undefined where it can. */
export function missingDocumentDb(): string | undefined {
  return existsSync(TEMPLATE) ? undefined : `DocumentDB is not installed (${SCRIPT})`
}

/**
 * A server that speaks MongoDB's protocol, on a data folder of its own: PostgreSQL with DocumentDB, and FerretDB in
 * front of it. It commits to the disk before it acknowledges, has no multi-document transactions, and expires
 * documents once a minute. The kernel ends it together with this process; the data folders that such an end leaves
 * behind go when the next server starts.
 */
export async function startDocumentDb({
  port,
}: {
  readonly port?: number
} = {}): Promise<DocumentDb> {
  const missing = missingDocumentDb()
  if (missing !== undefined) throw new Error(missing)
  await sweep()
  const at = { port: port ?? (await steadyPort()), postgres: await steadyPort() }
  const uri = `mongodb://127.0.0.1:${at.port}/`
  const name = `${process.pid}-${randomBytes(4).toString('hex')}`
  const folder = join(SERVERS, name)
  const data = join(folder, 'data')
  const state = join(folder, 'gateway')
  const log = join(folder, 'log')
  mkdirSync(state, { recursive: true })
  execFileSync('cp', ['--archive', '--reflink=auto', TEMPLATE, data])

  const postgres = ['postgres', '-D', `/srv/${name}/data`, '-p', `${at.postgres}`]
  const gateway = [
    join(INSTALLED, 'gateway'),
    `127.0.0.1:${at.port}`,
    `postgres://postgres@127.0.0.1:${at.postgres}/postgres`,
    state,
  ]
  const running = await startBreakable({
    name: 'DocumentDB',
    log,
    spawn: () => [
      spawnGuarded(postgres, { log, jail: JAIL, env: { PATH: PROGRAMS } }),
      spawnGuarded(gateway, { log }),
    ],
    answers: () => answers(uri),
    removeData: () => rmSync(folder, { recursive: true, force: true }),
  })
  return { ...running, uri }
}

async function answers(uri: string): Promise<boolean> {
  const connection = mongoose.createConnection(uri, {
    serverSelectionTimeoutMS: 1_000,
    maxPoolSize: 1,
  })
  try {
    await connection.asPromise()
    await connection.db?.admin().listDatabases()
    return true
  } catch {
    return false
  } finally {
    await connection.close()
  }
}

/** Removes what servers left behind whose starter was killed hard, and ends what was frozen at that moment. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(SERVERS)) {
    const owner = Number.parseInt(name, 10)
    if (Number.isNaN(owner) || runs(owner)) continue
    const folder = join(SERVERS, name)
    await killAll(processesIn(join(folder, 'data')))
    rmSync(folder, { recursive: true, force: true })
  }
}

function processesIn(folder: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && workingFolder(pid) === folder)
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}
