import { ERRORS, type ErrorCode } from '#core/errors.ts'
import { errorsOf, type Operation, SHARED_REFUSALS } from './api/operation.ts'
import { API_PREFIX, OPERATIONS } from './api/operations.ts'
import type { WebState } from './context.ts'
import { type Schema, schemaLink, schemaSection } from './docs-schema.ts'
import type { OpenApiDocument } from './openapi.ts'
import { type Html, html } from './pages/html.ts'
import { documentPage } from './pages/layout.ts'

/** The OpenAPI document for people: every route with its fields, and what each error code means. */
export function docsPage(view: WebState, document: OpenApiDocument): string {
  const { texts } = view
  const schemas = Object.entries(document.components?.schemas ?? {})
  return documentPage(view, {
    title: texts('http.docs.title'),
    body: html`<h1>${texts('http.docs.title')}</h1>
<p>${texts('http.docs.intro')} <a href="/openapi.json">openapi.json</a></p>
${example(document.servers?.[0]?.url ?? '')}
<ul>${OPERATIONS.map((its) => html`<li><a href="#${its.id}"><code>${nameOf(its)}</code></a></li>`)}</ul>
${OPERATIONS.map((operation) => section(operation, document, view))}
<h2>${texts('http.docs.schemas')}</h2>
<p><strong>*</strong> ${texts('http.docs.required')}</p>
${schemas.map(([name, schema]) => schemaSection(name, schema as Schema, view))}
<h2>${texts('http.docs.errors')}</h2>
<p>${texts('http.docs.always')} ${SHARED_REFUSALS.map(errorLink)}</p>
<dl>${Object.keys(ERRORS).map((code) => errorEntry(code as ErrorCode, view))}</dl>`,
  })
}

function example(baseUrl: string): Html {
  return html`<pre>curl ${baseUrl}${API_PREFIX}/shares \\
  -H 'Authorization: Bearer …' \\
  -H 'Content-Type: application/json' \\
  -d '{"url": "https://example.org/a",
       "recipients": ["bob@example.org"]}'</pre>`
}

function nameOf(operation: Operation): string {
  return `${operation.method.toUpperCase()} ${API_PREFIX}${operation.path}`
}

function section(operation: Operation, document: OpenApiDocument, { texts }: WebState): Html {
  const its = document.paths?.[API_PREFIX + operation.path]?.[operation.method]
  const query = Object.keys(operation.query?.shape ?? {})
  const refusals = errorsOf(operation).filter((code) => !SHARED_REFUSALS.includes(code))
  return html`<section id="${operation.id}">
<h2><code>${nameOf(operation)}</code></h2>
<p>${operation.summary}</p>
<ul>${query.length > 0 && html`<li><code>?${query.join('&')}</code></li>`}
${operation.idempotent && html`<li><code>Idempotency-Key</code></li>`}
${operation.body && html`<li>${texts('http.docs.body')}: ${componentOf(its?.requestBody)}</li>`}
${operation.success.map(
  ({ status, description }) =>
    html`<li>${status}: ${description} ${componentOf(its?.responses?.[String(status)])}</li>`,
)}
${refusals.length > 0 && html`<li>${texts('http.docs.errors')}: ${refusals.map(errorLink)}</li>`}</ul>
</section>`
}

/** The first component that a part of the document points at. */
function componentOf(part: unknown): Html | string {
  const ref = /"(#\/components\/schemas\/\w+)"/.exec(JSON.stringify(part ?? ''))?.[1]
  return ref ? schemaLink(ref) : ''
}

function errorLink(code: ErrorCode): Html {
  return html`<a href="#${code}"><code>${code}</code></a> `
}

function errorEntry(code: ErrorCode, { texts }: WebState): Html {
  return html`<dt id="${code}"><code>${code}</code> (${ERRORS[code]})</dt>
<dd>${texts(`http.problem.${code}`)}</dd>`
}
