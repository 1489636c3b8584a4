import { hidden, type InputOptions, inputField } from './fields.ts'
import { type Fragment, type Html, html } from './html.ts'
import { banner, page } from './layout.ts'
import type { PageView } from './view.ts'

export interface CredentialsParts {
  readonly title: string
  readonly action: string
  readonly fault?: string | undefined
  readonly button: string
  readonly before?: Fragment
  readonly fields: Fragment
  readonly after?: Fragment
}

/** A lone form in the middle: signing in, making an account, a new password. */
export function credentialsPage(view: PageView, parts: CredentialsParts): string {
  return page(view, {
    title: parts.title,
    narrow: true,
    body: html`<section class="card">
<h1>${parts.title}</h1>
${parts.fault && banner('error', parts.fault)}
${parts.before}
<form method="post" action="${parts.action}" class="stack">
${hidden('_csrf', view.csrf)}
${parts.fields}
<button class="primary">${parts.button}</button>
</form>
${parts.after}
</section>`,
  })
}

/** A lone card that says something, with ways to go on. */
export function lonely(
  view: PageView,
  parts: { readonly title: string; readonly body: Fragment; readonly actions: Fragment },
): string {
  return page(view, {
    title: parts.title,
    narrow: true,
    body: html`<section class="card"><h1>${parts.title}</h1>${parts.body}<div class="actions">${parts.actions}</div></section>`,
  })
}

export function newPassword(view: PageView, more: Partial<InputOptions> = {}): Html {
  return inputField({
    name: 'password',
    label: view.texts('web.password'),
    type: 'password',
    autocomplete: 'new-password',
    minlength: 8,
    maxlength: 256,
    required: true,
    hint: view.texts('web.passwordHint'),
    ...more,
  })
}

/** The password that holds now, asked for before something that a stranger at this browser must not do. */
export function presentPassword(view: PageView, more: Partial<InputOptions> = {}): Html {
  return inputField({
    name: 'password',
    label: view.texts('web.password.present'),
    type: 'password',
    autocomplete: 'current-password',
    maxlength: 256,
    required: true,
    ...more,
  })
}
