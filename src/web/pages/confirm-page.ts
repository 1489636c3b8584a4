import { hidden } from './fields.ts'
import { type Fragment, html } from './html.ts'
import { banner, page } from './layout.ts'
import type { PageView } from './view.ts'

/** Asks once more before something that cannot be taken back. */
export function confirmPage(
  view: PageView,
  parts: {
    readonly title: string
    readonly body: Fragment
    /** What it takes along that nobody thinks of. */
    readonly warning?: Fragment
    readonly action: string
    /** What the form sends along. */
    readonly fields?: Readonly<Record<string, string>>
    readonly button: string
    readonly back: string
  },
): string {
  return page(view, {
    title: parts.title,
    narrow: true,
    body: html`<section class="card"><h1>${parts.title}</h1><p>${parts.body}</p>${parts.warning && banner('warning', parts.warning)}
<form method="post" action="${parts.action}" class="actions">${hidden('_csrf', view.csrf)}${Object.entries(parts.fields ?? {}).map(([name, value]) => hidden(name, value))}
<button class="danger">${parts.button}</button><a class="button" href="${parts.back}">${view.texts('web.keep')}</a></form></section>`,
  })
}
