import { hidden, inputField } from './fields.ts'
import { type Fragment, html } from './html.ts'
import { banner, page } from './layout.ts'
import type { PageView } from './view.ts'

export interface SignInForm {
  readonly username: string
  /** A path of ours to go on to. */
  readonly next: string
  readonly fault?: string
}

export function signInPage(view: PageView, form: SignInForm): string {
  const t = view.texts
  return credentialsPage(view, {
    title: t('web.signIn'),
    action: '/sign-in',
    fault: form.fault,
    button: t('web.signIn'),
    before:
      form.next.startsWith('/share') && html`<p class="muted">${t('web.signIn.draftKept')}</p>`,
    fields: html`${hidden('next', form.next)}${inputField({
      name: 'username',
      label: t('web.username'),
      value: form.username,
      autocomplete: 'username',
      maxlength: 64,
      required: true,
      autofocus: true,
    })}${inputField({
      name: 'password',
      label: t('web.password'),
      type: 'password',
      autocomplete: 'current-password',
      maxlength: 256,
      required: true,
    })}`,
    after: html`<p class="muted">${t('web.signIn.forgot')}</p>`,
  })
}

export interface FirstForm {
  readonly ticket: string
  readonly username: string
  readonly displayName: string
  readonly email: string
  readonly fault?: string
}

/** The very first account, behind the one-time link that the server prints. */
export function firstPage(view: PageView, form: FirstForm): string {
  const t = view.texts
  return credentialsPage(view, {
    title: t('web.first.title'),
    action: '/first',
    fault: form.fault,
    button: t('web.first.button'),
    before: html`<p>${t('web.first.lead')}</p>`,
    fields: html`${hidden('ticket', form.ticket)}${inputField({
      name: 'username',
      label: t('web.username'),
      value: form.username,
      autocomplete: 'username',
      maxlength: 32,
      required: true,
      autofocus: true,
      hint: t('web.first.usernameHint'),
    })}${inputField({
      name: 'displayName',
      label: t('web.displayName'),
      value: form.displayName,
      autocomplete: 'name',
      maxlength: 80,
      hint: t('web.displayNameHint'),
    })}${inputField({
      name: 'email',
      label: t('web.first.email'),
      value: form.email,
      type: 'email',
      autocomplete: 'email',
      maxlength: 254,
    })}${newPassword(view)}`,
  })
}

export function resetPage(view: PageView, form: { ticket: string; fault?: string }): string {
  const t = view.texts
  return credentialsPage(view, {
    title: t('web.reset.title'),
    action: '/reset',
    fault: form.fault,
    button: t('web.reset.button'),
    before: html`<p>${t('web.reset.lead')}</p>`,
    fields: html`${hidden('ticket', form.ticket)}${newPassword(view)}`,
  })
}

/** A one-time link that was used before, or has run out. */
export function spentLinkPage(view: PageView): string {
  const t = view.texts
  return page(view, {
    title: t('web.spent.title'),
    narrow: true,
    body: html`<section class="card"><h1>${t('web.spent.title')}</h1><p>${t('web.spent.body')}</p>
<p><a class="button" href="/sign-in">${t('web.signIn')}</a></p></section>`,
  })
}

function newPassword(view: PageView): Fragment {
  return inputField({
    name: 'password',
    label: view.texts('web.password'),
    type: 'password',
    autocomplete: 'new-password',
    minlength: 8,
    maxlength: 256,
    required: true,
    hint: view.texts('web.passwordHint'),
  })
}

function credentialsPage(
  view: PageView,
  parts: {
    readonly title: string
    readonly action: string
    readonly fault: string | undefined
    readonly button: string
    readonly before?: Fragment
    readonly fields: Fragment
    readonly after?: Fragment
  },
): string {
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
