import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createSystemClock } from '#adapters/clock/system.ts'
import { openFileSpool } from '#adapters/spool/file.ts'
import { type MongoArchive, openMongoArchive } from '#adapters/stores/mongo/archive.ts'
import { openSqliteArchive, type SqliteArchive } from '#adapters/stores/sqlite/archive.ts'
import { DATABASE, SESSION_SECRET, SPOOL } from '#adapters/stores/sqlite/folder-names.ts'
import { markMoved, markMoving, wasEndingAt } from '#adapters/stores/sqlite/moved-mark.ts'
import { type Moved, move } from '#engine/moving/move.ts'
import { createLogger } from '../compose/logger.ts'
import { keptSessionSecret } from '../compose/session-secret.ts'
import { mongodbUri } from '../config/types.ts'
import { CliError } from './cli-error.ts'
import { type Desk, tell } from './desk.ts'
import { barOf } from './progress.ts'

/** `move --to mongodb://…`: the data folder's data into MongoDB, while no server is at work on either. */
export async function moveAway(desk: Desk, to: string | undefined): Promise<void> {
  const uri = uriOf(desk, to)
  const { dataDir } = desk.config
  if (!existsSync(join(dataDir, DATABASE))) {
    throw new CliError(desk.texts('backup.cannot.nothing', { folder: dataDir }))
  }
  const logger = createLogger('warn')
  const source = openSqliteArchive(dataDir, { clock: createSystemClock(), randomBytes })
  try {
    const target = await openMongoArchive({ uri: () => uri }, { logger })
    try {
      await moveInto(desk, source, target)
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

/** Without `--to`, which others on the machine can read while it runs: MONGODB_URI. */
function uriOf({ config, texts }: Desk, to: string | undefined): string {
  const uri = mongodbUri.schema.safeParse(to ?? config.secret('MONGODB_URI') ?? '')
  if (!uri.success) throw new CliError(texts('move.cannot.scheme'), 2)
  return uri.data
}

async function moveInto(desk: Desk, source: SqliteArchive, target: MongoArchive): Promise<void> {
  const { dataDir } = desk.config
  const wasEnding = wasEndingAt(dataDir, target.place)
  const sourceName = await settle(desk, source)
  const begun = performance.now()
  const moved = await move({
    source,
    target,
    sourceName,
    wasEnding,
    onProgress(phase, done, total) {
      desk.goOn('move.ended')
      desk.progress.show(desk.texts(`move.${phase}`, { bar: barOf(done, total) }))
    },
    onFinishing: () => markMoving(dataDir, target.place),
  })
  markMoved(dataDir, target.place)
  desk.progress.clear()
  report(desk, target.place, moved, (performance.now() - begun) / 1_000)
}

/** Takes in what the spool holds, and finishes what a server would soon. What the spool calls itself. */
async function settle({ config }: Desk, source: SqliteArchive): Promise<string> {
  const dir = join(config.dataDir, SPOOL)
  const spool = await openFileSpool({ dir }, { logger: createLogger('warn') })
  await spool.drain((batches) => source.store.visits.append(batches))
  await spool.close()
  await source.settle()
  return spool.writer
}

function report(desk: Desk, place: string, moved: Moved | null, seconds: number): void {
  const { texts } = desk
  if (moved === null) tell(desk, { place }, texts('move.before', { place }))
  else {
    const counted = Object.values(moved).map(({ count }) => count)
    const records = counted.reduce((sum, count) => sum + count, 0)
    const rate = Math.round(records / seconds)
    const values = {
      place,
      accounts: moved.account.count,
      shares: moved.share.count,
      deliveries: moved.delivery.count,
      records,
      seconds,
      rate,
    }
    tell(desk, { place, records, seconds, kinds: moved }, texts('move.done', values))
  }
  if (!desk.json) desk.remark(nextSteps(desk))
}

function nextSteps({ config: { dataDir: folder, secret }, texts }: Desk): string {
  const file = join(folder, SESSION_SECRET)
  const set = secret('SESSION_SECRET')
  if (!set) return texts('move.next', { folder, secret: file })
  const kept = keptSessionSecret(folder)
  const next = texts('move.nextWithSecret', { folder })
  return kept === null || kept === set
    ? next
    : `${next}\n${texts('move.otherSecret', { secret: file })}`
}
