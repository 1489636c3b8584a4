import { join, resolve } from 'node:path'
import { readSpooled } from '#adapters/spool/read.ts'
import { makeBackup } from '#adapters/stores/sqlite/backup.ts'
import { SPOOL } from '#adapters/stores/sqlite/folder-names.ts'
import { type Restored, restoreBackup } from '#adapters/stores/sqlite/restore.ts'
import type { Instant } from '#core/ids.ts'
import { keptSessionSecret } from '../compose/session-secret.ts'
import { CliError } from './cli-error.ts'
import { type Desk, tell } from './desk.ts'
import { barOf } from './progress.ts'

const MEGABYTE = 1_000_000

/** `backup FILE`: beside a running server as well as without one. */
export async function backUp(desk: Desk, to: string, { force }: { force: boolean }): Promise<void> {
  const { config, texts, progress } = desk
  refuseElsewhere(desk)
  const file = resolve(to)
  const madeAt = Date.now() as Instant
  const made = await makeBackup({
    dataDir: config.dataDir,
    file,
    force,
    madeAt,
    sessionSecret: config.secret('SESSION_SECRET') ?? keptSessionSecret(config.dataDir),
    spooled: readSpooled(join(config.dataDir, SPOOL)),
    onProgress: (done, total) => goOnShowing(desk, done, total),
  })
  progress.clear()
  const { bytes, accounts, shares, deliveries } = made
  const megabytes = bytes / MEGABYTE
  const values = { file, megabytes, accounts, shares, deliveries }
  tell(desk, { file, madeAt: isoOf(madeAt), ...made }, texts('backup.made', values))
  if (!desk.json) desk.remark(texts('backup.holdsSecret'))
}

/** `restore FILE`: where no server is at work on the data folder. */
export async function restore(desk: Desk, from: string): Promise<void> {
  const { config, texts, progress } = desk
  refuseElsewhere(desk)
  const file = resolve(from)
  const restored = await restoreBackup({
    dataDir: config.dataDir,
    file,
    now: Date.now() as Instant,
    onProgress: (done, total) => goOnShowing(desk, done, total),
  })
  progress.clear()
  const { sessionSecret, madeAt, aside, ...counts } = restored
  const shown = { file, folder: config.dataDir, madeAt: isoOf(madeAt), ...counts }
  const lines = [texts('restore.done', shown)]
  if (aside !== null) lines.push(texts('restore.aside', { aside }))
  tell(desk, { ...shown, aside }, lines.join('\n'))
  if (!desk.json) remarkOn(desk, restored)
}

function remarkOn({ config, texts, remark }: Desk, restored: Restored): void {
  const { unfinished, sessionSecret } = restored
  if (unfinished > 0) remark(texts('restore.unfinished', { count: unfinished }))
  const set = config.secret('SESSION_SECRET')
  if (set && set !== sessionSecret) remark(texts('restore.otherSecret'))
}

function goOnShowing({ goOn, progress }: Desk, done: number, total: number): void {
  goOn('cli.ended')
  progress.show(barOf(done, total))
}

function refuseElsewhere({ config, texts }: Desk): void {
  if (!config.embedded) throw new CliError(texts('backup.cannot.mongodb'))
}

function isoOf(instant: Instant): string {
  return new Date(instant).toISOString()
}
