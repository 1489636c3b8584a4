import { html } from './html.ts'
import { publicPage } from './layout.ts'
import type { PublicView } from './view.ts'

/** What a person reads where a request cannot be answered. Needs no session: it is shown when one fails too. */
export function errorPage(
  view: PublicView,
  error: { readonly title: string; readonly detail: string },
): string {
  return publicPage(view, {
    title: error.title,
    body: html`<article class="card center"><h1>${error.title}</h1><p>${error.detail}</p>
<p><a class="button" href="/">${view.texts('web.toHome')}</a></p></article>`,
  })
}
