/** What a description of a gateway may say in braces. */
export const PLACEHOLDERS = [
  'to',
  'toDigits',
  'text',
  'from',
  'id',
  'attempt',
  'callbackUrl',
  'secret',
  'signature',
  'templateId',
  'segments',
  'encoding',
] as const
export type Placeholder = (typeof PLACEHOLDERS)[number]

/** What each stands for in one send. */
export type Values = Readonly<Record<Placeholder, string>>

/** Makes a value safe for the place where it stands. */
export type Escape = (value: string) => string

const PATTERN = /\{([A-Za-z]+)\}/g

/** The names in braces, known or not. */
export function namesIn(template: string): readonly string[] {
  return [...template.matchAll(PATTERN)].map(([, name = '']) => name)
}

export function isPlaceholder(name: string): name is Placeholder {
  return PLACEHOLDERS.some((known) => known === name)
}

/** The template with every value in its place. A value that looks like a placeholder stays as it is. */
export function fill(template: string, values: Values, safe: Escape = asItIs): string {
  return template.replace(PATTERN, (whole, name: string) =>
    isPlaceholder(name) ? safe(values[name].toWellFormed()) : whole,
  )
}

const asItIs: Escape = (value) => value

/** A part of a path or of a query. */
export const inUrl: Escape = encodeURIComponent

/** Text between tags or within quotes; what XML cannot hold is left out. */
export const inXml: Escape = (value) =>
  value
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)

/** Visible ASCII as it is; anything else, line breaks first of all, percent-encoded whole. */
export const inHeader: Escape = (value) =>
  /^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value)

/** JSON with values in its strings; one that is nothing but `{segments}` or `{attempt}` becomes a number. */
export type JsonTemplate =
  | string
  | number
  | boolean
  | null
  | readonly JsonTemplate[]
  | { readonly [name: string]: JsonTemplate }

export function fillJson(template: JsonTemplate, values: Values): JsonTemplate {
  if (typeof template === 'string') {
    const number = /^\{(segments|attempt)\}$/.test(template)
    return number ? Number(fill(template, values)) : fill(template, values)
  }
  if (template === null || typeof template !== 'object') return template
  if (isList(template)) return template.map((item) => fillJson(item, values))
  return Object.fromEntries(
    Object.entries(template).map(([name, item]) => [name, fillJson(item, values)]),
  )
}

/** Every text in it. */
export function textsIn(template: JsonTemplate): readonly string[] {
  if (typeof template === 'string') return [template]
  if (template === null || typeof template !== 'object') return []
  return (isList(template) ? template : Object.values(template)).flatMap(textsIn)
}

function isList(template: JsonTemplate): template is readonly JsonTemplate[] {
  return Array.isArray(template)
}
