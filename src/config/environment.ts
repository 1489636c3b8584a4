import { readFileSync } from 'node:fs'
import type { TextKey, TextValues } from '#locales/texts.ts'
import { type SecretName, SPEC, type VariableName } from './spec.ts'

/** The environment as it comes: `process.env`, or any record in tests. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Something wrong with one variable, as a key of the catalogue. Never holds a secret's value. */
export interface Notice {
  readonly name: string
  readonly key: TextKey
  readonly values: TextValues
}

export type Reading =
  | { readonly ok: true; readonly text: string | undefined }
  | { readonly ok: false; readonly notice: Notice }

/** The text of a variable: empty is unset, and a secret may stand in the file that `NAME_FILE` names. */
export function readText(env: Environment, name: VariableName): Reading {
  const inline = env[name]?.trim() || undefined
  const file = SPEC[name].secret ? env[`${name}_FILE`]?.trim() || undefined : undefined
  if (file === undefined) return { ok: true, text: inline }
  if (inline !== undefined) return refused(name, 'setup.fault.both', { name })
  try {
    return { ok: true, text: readFileSync(file, 'utf8').trim() || undefined }
  } catch (error) {
    return refused(`${name}_FILE`, 'setup.fault.file', { file, why: codeOf(error) })
  }
}

/** Secrets by name. Files are read at each call; where that fails the last good text stands. */
export type Secrets = (name: SecretName) => string | null

export function createSecrets(env: Environment): Secrets {
  const good = new Map<SecretName, string>()
  return (name) => {
    const reading = readText(env, name)
    const { schema } = SPEC[name].type
    const parsed = schema.safeParse(reading.ok ? reading.text : undefined)
    if (parsed.success) good.set(name, parsed.data)
    return good.get(name) ?? null
  }
}

function refused(name: string, key: TextKey, values: TextValues): Reading {
  return { ok: false, notice: { name, key, values } }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'error'
}
