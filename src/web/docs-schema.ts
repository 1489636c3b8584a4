import type { WebState } from './context.ts'
import { type Html, html } from './pages/html.ts'

/** As much of JSON Schema as our own document uses. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly description?: string
  readonly default?: unknown
}

/** A component of the document as a table of its fields. */
export function schemaSection(name: string, schema: Schema, { texts }: WebState): Html {
  const fields = Object.entries(schema.properties ?? {})
  return html`<section id="schema-${name}"><h3><code>${name}</code></h3>
<table><thead><tr><th>${texts('http.docs.field')}</th><th>${texts('http.docs.type')}</th><th></th></tr></thead>
<tbody>${fields.map(
    ([field, its]) => html`<tr>
<td><code>${field}</code>${schema.required?.includes(field) ? html` <strong>*</strong>` : ''}</td>
<td>${typeOf(its)}</td><td>${its.description ?? ''}</td></tr>`,
  )}</tbody></table></section>`
}

/** A type in words: `string (date-time) | null`, `Target`, `list of string`. */
function typeOf(schema: Schema): Html | string {
  if (schema.$ref) return schemaLink(schema.$ref)
  if (schema.enum) return html`${schema.enum.map((value) => html`<code>${String(value)}</code> `)}`
  if (schema.anyOf) return either(schema.anyOf.map(typeOf))
  if (schema.items) return html`[ ${typeOf(schema.items)} ]`
  if (schema.properties) return html`{ ${Object.keys(schema.properties).join(', ')} }`
  const types = [schema.type ?? []].flat().join(' | ')
  return schema.format ? `${types} (${schema.format})` : types
}

function either(types: readonly (Html | string)[]): Html {
  return html`${types.map((type, n) => html`${n > 0 ? ' | ' : ''}${type}`)}`
}

export function schemaLink(ref: string): Html {
  const name = ref.split('/').at(-1) ?? ''
  return html`<a href="#schema-${name}"><code>${name}</code></a>`
}
