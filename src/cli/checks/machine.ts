import { accessSync, constants, mkdirSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { movedMarkOf } from '#adapters/stores/sqlite/moved-mark.ts'
import type { Config } from '../../config.ts'
import { type Finding, finding } from './check.ts'

const NODE_MAJOR = 24
const NODE_MINOR = 15
const MB = 1024 * 1024
const TOO_LITTLE_MB = 100
const LITTLE_MB = 1_000
const SKEW_MS = 5 * 60_000

/** Node, the data folder, its disk, and the clock. */
export function checkMachine(config: Config): readonly Finding[] {
  return [
    checkNode(process.versions.node),
    ...checkFolder(config.dataDir),
    ...checkMoved(config),
    ...checkClock(config),
  ]
}

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const enough = major > NODE_MAJOR || (major === NODE_MAJOR && minor >= NODE_MINOR)
  return enough
    ? finding('Node.js', 'ok', 'doctor.node', { version })
    : finding('Node.js', 'fault', 'doctor.nodeOld', { version })
}

function checkFolder(folder: string): readonly Finding[] {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [finding('DATA_DIR', 'fault', 'doctor.folderFault', { folder, why })]
  }
  const open = (statSync(folder).mode & 0o077) !== 0
  return [
    open
      ? finding('DATA_DIR', 'warning', 'doctor.folderOpen', { folder })
      : finding('DATA_DIR', 'ok', 'doctor.folder', { folder }),
    checkDisk(folder),
  ]
}

/** On MongoDB the folder is for what waits there, whatever it held once. */
function checkMoved({ embedded, dataDir }: Config): readonly Finding[] {
  const mark = embedded ? movedMarkOf(dataDir) : null
  if (mark === null) return []
  const { why, ...values } = mark
  return [finding('DATA_DIR', 'fault', why, values)]
}

function checkDisk(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder)
  const free = Math.floor((bavail * bsize) / MB)
  const values = { free, folder }
  if (free < TOO_LITTLE_MB) return finding('disk', 'fault', 'doctor.diskFull', values)
  return free < LITTLE_MB
    ? finding('disk', 'warning', 'doctor.diskLow', values)
    : finding('disk', 'ok', 'doctor.disk', values)
}

/** A clock that stands before what was written earlier has been set back. */
function checkClock({ dataDir }: Config): readonly Finding[] {
  const newest = Math.max(
    ...[dataDir, dirname(dataDir)].map(modified),
    modified(import.meta.filename),
  )
  return newest > Date.now() + SKEW_MS
    ? [finding('clock', 'fault', 'doctor.clockBack', { now: new Date().toISOString() })]
    : [finding('clock', 'ok', 'doctor.clock', { now: new Date().toISOString() })]
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
