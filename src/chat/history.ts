import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Environment } from '../config.ts'

const MAX_LINES = 500
/** Numbers alone are choices and PINs, never worth a second time, and PINs never to be kept. */
const NUMBER = /^[\p{N}\s-]+$/u

/** What was typed before, over all terminals of this user. */
export interface History {
  /** The newest first. */
  readonly lines: readonly string[]
  /** Keeps a line, if it may be kept. */
  add(line: string): void
}

export function mayBeKept(line: string): boolean {
  return line.trim() !== '' && !line.startsWith(' ') && !NUMBER.test(line)
}

export function historyPath(env: Environment): string {
  const state = env.XDG_STATE_HOME?.trim() || join(homedir(), '.local', 'state')
  return join(state, 'passalong', 'chat-history')
}

/** In a file that this user alone can read. Where there can be none, nothing is kept, and nobody is bothered. */
export function openHistory(path: string): History {
  const lines = readLines(path)
  if (lines.length > 2 * MAX_LINES) attempt(() => write(path, lines.slice(-MAX_LINES)))
  return {
    lines: lines.slice(-MAX_LINES).toReversed(),
    add(line) {
      if (mayBeKept(line)) attempt(() => append(path, line))
    },
  }
}

function readLines(path: string): readonly string[] {
  return attempt(() => readFileSync(path, 'utf8').split('\n').filter(mayBeKept)) ?? []
}

function write(path: string, lines: readonly string[]): void {
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
}

function append(path: string, line: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  appendFileSync(path, `${line}\n`, { mode: 0o600 })
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
