/** Restores a backup into a folder, and kills itself before the nth change to the file system. */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import type { Instant } from '#core/ids.ts'

const [dataDir = '', file = '', last = ''] = process.argv.slice(2)
let left = Number(last)

function step(): void {
  left--
  if (left === 0) process.kill(process.pid, 'SIGKILL')
}

/** As the named function, with a step before each call. */
function stepped<
  K extends 'mkdirSync' | 'renameSync' | 'rmdirSync' | 'unlinkSync' | 'writeFileSync',
>(name: K): void {
  const change = fs[name] as (...args: unknown[]) => unknown
  fs[name] = ((...args: unknown[]) => {
    step()
    return change(...args)
  }) as (typeof fs)[K]
}

for (const name of [
  'mkdirSync',
  'renameSync',
  'rmdirSync',
  'unlinkSync',
  'writeFileSync',
] as const) {
  stepped(name)
}
syncBuiltinESMExports()
const { restoreBackup } = await import('#adapters/stores/sqlite/restore.ts')
await restoreBackup({ dataDir, file, now: 0 as Instant, onProgress() {} })
