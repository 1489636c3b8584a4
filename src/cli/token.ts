import { readFileSync } from 'node:fs'
import type { Environment } from '../config.ts'
import { CliError } from './cli-error.ts'

/** PASSALONG_TOKEN, or what the file PASSALONG_TOKEN_FILE holds. */
export function readToken(env: Environment): string | undefined {
  if (env.PASSALONG_TOKEN?.trim()) return env.PASSALONG_TOKEN.trim()
  const file = env.PASSALONG_TOKEN_FILE?.trim()
  if (!file) return undefined
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch (cause) {
    throw new CliError(`PASSALONG_TOKEN_FILE: ${String(cause)}`, 1, { cause })
  }
}
