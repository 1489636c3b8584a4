import { compile, type JSONPathQuery } from 'json-p3'

/** What a gateway said, in every form that a reader may look at. */
export interface Said {
  /** Null where it is no JSON. */
  readonly json: JsonValue
  readonly form: ReadonlyMap<string, string>
  readonly query: Readonly<Record<string, string>>
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { readonly [name: string]: JsonValue }

/** Finds one value in what a gateway said; undefined where it is not there. */
export type Reader = (said: Said) => string | undefined

/**
 * Makes a reader of `$.a.b` (JSONPath, RFC 9535), `form:name`, `query:name`, `header:name` or `body`; `match` is a
 * regular expression of which the first group, or else the whole match, is the value. Throws a sentence.
 */
export function compileReader(from: string, match?: string): Reader {
  const find = finderOf(from)
  if (match === undefined) return find
  const pattern = compilePattern(match)
  return (said) => {
    const found = pattern.exec(find(said) ?? '')
    return found ? (found[1] ?? found[0]) : undefined
  }
}

/** All that a JSONPath leads to. Throws a sentence. */
export function compilePath(path: string): (json: JsonValue) => readonly JsonValue[] {
  const query = compileQuery(path)
  return (json) => valuesOf(query, json)
}

function finderOf(from: string): Reader {
  if (from.startsWith('$')) {
    const query = compileQuery(from)
    return ({ json }) => textOf(valuesOf(query, json)[0])
  }
  if (from === 'body') return ({ body }) => body
  const [, kind, name = ''] = /^(form|query|header):(.+)$/.exec(from) ?? []
  switch (kind) {
    case 'form':
      return ({ form }) => form.get(name)
    case 'query':
      return ({ query }) => own(query, name)
    case 'header':
      return ({ headers }) => own(headers, name.toLowerCase())
    default:
      throw new Error('must be a JSONPath ($.…), form:name, query:name, header:name or body')
  }
}

function compileQuery(path: string): JSONPathQuery {
  try {
    return compile(path)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : ''
    throw new Error(`is not a JSONPath (RFC 9535): ${why}`, { cause })
  }
}

function compilePattern(match: string): RegExp {
  try {
    return new RegExp(match, 'u')
  } catch (cause) {
    throw new Error('is not a regular expression', { cause })
  }
}

/** None where the query is at odds with the value (too deep a recursion). */
function valuesOf(query: JSONPathQuery, json: JsonValue): readonly JsonValue[] {
  try {
    return query.query(json).values() as JsonValue[]
  } catch {
    return []
  }
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null || typeof value === 'object') return undefined
  return String(value)
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}

interface Source {
  readonly source?: string
}

/** Reads JSON; null where it is none. Whole numbers that JavaScript would round keep their digits, as text. */
export function readJson(text: string): JsonValue {
  const whole = (_key: string, value: JsonValue, { source }: Source = {}): JsonValue =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? (source ?? value)
      : value
  try {
    return JSON.parse(text, whole)
  } catch {
    return null
  }
}

/** A form's fields, the first of each name. */
export function readForm(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (!fields.has(name)) fields.set(name, value)
  }
  return fields
}
