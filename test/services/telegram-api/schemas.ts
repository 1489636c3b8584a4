/**
 * The Bot API by the types of two others who keep up with it: `@grammyjs/types` says what a bot is sent, `@gramio/types`
 * what it may ask for. From them come JSON Schemas, and from those, code that validates. Making it takes seconds, so
 * that it is kept beside the packages until their versions change.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { ValidateFunction } from 'ajv'
import { type ApiMethod, METHODS } from './methods.ts'

/** What Telegram sends by itself, and answers with. */
const SENT = ['Update', 'Message'] as const
export type SentType = (typeof SENT)[number]

export interface Schemas {
  /** What is wrong with something that Telegram is to have sent; null: nothing. */
  faultOfSent(type: SentType, value: unknown): string | null
  /** What is wrong with what a bot asks for; null: nothing. */
  faultOfRequest(method: ApiMethod, params: unknown): string | null
}

type Validators = Readonly<Record<string, ValidateFunction>>

const MODULES = join(import.meta.dirname, '../../../node_modules')
const CACHE = join(MODULES, '.cache/passalong')
const PACKAGES = ['@grammyjs/types', '@gramio/types', 'ts-json-schema-generator', 'ajv']

let loading: Promise<Schemas> | undefined

/** Finds nothing wrong. */
export const UNCHECKED: Schemas = { faultOfSent: () => null, faultOfRequest: () => null }

export function loadSchemas(): Promise<Schemas> {
  loading ??= load()
  return loading
}

async function load(): Promise<Schemas> {
  const path = join(CACHE, `telegram-schemas-${keyOfCache()}.cjs`)
  if (!existsSync(path)) keep(path, await generate())
  const validators: Validators = createRequire(path)(path)
  const faultOf = (type: string, value: unknown): string | null => {
    const validate = validators[type]
    if (!validate) return `there is no type ${type}`
    return validate(value) ? null : `${type}: ${wordsOf(validate)}`
  }
  return {
    faultOfSent: faultOf,
    faultOfRequest: (method, params) => faultOf(paramsType(method), params),
  }
}

function wordsOf({ errors }: ValidateFunction): string {
  const words = (errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
  )
  return words.join('; ').slice(0, 2_000)
}

const paramsType = (method: ApiMethod): string =>
  `${method.charAt(0).toUpperCase()}${method.slice(1)}Params`

function keyOfCache(): string {
  const hash = createHash('sha256')
    .update(METHODS.join())
    .update(readFileSync(import.meta.filename))
  for (const name of PACKAGES) hash.update(readFileSync(join(MODULES, name, 'package.json')))
  return hash.digest('hex').slice(0, 16)
}

/** Two processes that make it at once make the same. */
function keep(path: string, code: string): void {
  mkdirSync(CACHE, { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, code)
  renameSync(draft, path)
}

interface Definitions {
  readonly [name: string]: object
}

async function generate(): Promise<string> {
  const [{ Ajv }, { default: standalone }] = await Promise.all([
    import('ajv'),
    import('ajv/dist/standalone/index.js'),
  ])
  const ajv = new Ajv({ strict: false, code: { source: true, lines: false } })
  ajv.addSchema(
    { definitions: await definitionsOf('@grammyjs/types/update.d.ts', ['Update']) },
    'sent',
  )
  const params = METHODS.filter((method) => !PARAMETERLESS.has(method)).map(paramsType)
  ajv.addSchema(
    { definitions: await definitionsOf('@gramio/types/out/params.d.ts', params) },
    'asked',
  )
  const nothing = { type: 'object', additionalProperties: false }
  const refs: Record<string, string> = {}
  for (const type of SENT) refs[type] = `sent#/definitions/${type}`
  for (const type of params) refs[type] = `asked#/definitions/${type}`
  for (const method of PARAMETERLESS) {
    const id = paramsType(method)
    ajv.addSchema(nothing, id)
    refs[id] = id
  }
  return standalone.default(ajv, refs)
}

/** Of these there is no type of parameters. */
const PARAMETERLESS: ReadonlySet<ApiMethod> = new Set(['getMe', 'getWebhookInfo'])

/** The definitions of some types of a file, with all that they refer to. */
async function definitionsOf(path: string, types: readonly string[]): Promise<Definitions> {
  const { createGenerator } = await import('ts-json-schema-generator')
  const generator = createGenerator({
    path: join(MODULES, path),
    skipTypeCheck: true,
    additionalProperties: false,
    topRef: true,
  })
  const all = types.map((type) => generator.createSchema(type).definitions ?? {})
  return withoutWords(Object.assign({}, ...all))
}

/** Descriptions are most of a schema, and say nothing to a machine. */
function withoutWords<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (key, inner) => (isWords(key, inner) ? undefined : inner)),
  )
}

const isWords = (key: string, inner: unknown): boolean =>
  key === 'description' && typeof inner === 'string'
