import { ERRORS } from '#core/errors.ts'
import { errorsOf, type Operation } from './api/operation.ts'
import { API_PREFIX, OPERATIONS } from './api/operations.ts'
import type { WebState } from './context.ts'
import type { OpenApiDocument } from './openapi.ts'
import { type Html, html } from './pages/html.ts'
import { publicPage } from './pages/layout.ts'

/** The OpenAPI document for people: every route with its fields, and what each error code means. */
export function docsPage(view: WebState, document: OpenApiDocument): string {
  const { texts } = view
  return publicPage(view, {
    title: texts('http.docs.title'),
    body: html`<h1>${texts('http.docs.title')}</h1>
<p>${texts('http.docs.intro')} <a href="/openapi.json">openapi.json</a></p>
<pre>curl -H 'Authorization: Bearer …' -H 'Content-Type: application/json' \\
  -d '{"url": "https://example.org/a", "recipients": ["bob@example.org"]}' \\
  ${document.servers?.[0]?.url ?? ''}${API_PREFIX}/shares</pre>
${OPERATIONS.map((operation) => section(operation, document, view))}
<h2>${texts('http.docs.schemas')}</h2>
${Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => schemaSection(name, schema))}
<h2>${texts('http.docs.errors')}</h2>
<dl>${Object.entries(ERRORS).map(([code, status]) => errorEntry(code as keyof typeof ERRORS, status, view))}</dl>`,
  })
}

function section(operation: Operation, document: OpenApiDocument, view: WebState): Html {
  const path = API_PREFIX + operation.path
  const item = document.paths?.[path]?.[operation.method]
  return html`<section id="${operation.id}">
<h2><code>${operation.method.toUpperCase()} ${path}</code></h2>
<p>${operation.summary}</p>
<ul>${operation.idempotent && html`<li>Idempotency-Key</li>`}
${operation.body && html`<li>${view.texts('http.docs.body')}: ${schemaLink(item?.requestBody)}</li>`}
${operation.success.map((its) => html`<li>${its.status}: ${its.description} ${schemaLink(item?.responses?.[String(its.status)])}</li>`)}
<li>${view.texts('http.docs.errors')}: ${errorsOf(operation).map((code) => html`<a href="#${code}"><code>${code}</code></a> `)}</li></ul>
</section>`
}

/** The first component that a part of the document points at. */
function schemaLink(part: unknown): Html | string {
  const name = /"#\/components\/schemas\/(\w+)"/.exec(JSON.stringify(part ?? ''))?.[1]
  return name ? html`<a href="#schema-${name}"><code>${name}</code></a>` : ''
}

function schemaSection(name: string, schema: unknown): Html {
  return html`<details id="schema-${name}"><summary><code>${name}</code></summary>
<pre>${JSON.stringify(schema, null, 2)}</pre></details>`
}

function errorEntry(code: keyof typeof ERRORS, status: number, view: WebState): Html {
  return html`<dt id="${code}"><code>${code}</code> (${status})</dt>
<dd>${view.texts(`http.problem.${code}`)}</dd>`
}
