import { accountFields, faultOfNone, type NewAccount } from './account-fields.ts'
import { credentialsPage, lonely, newPassword } from './credentials-page.ts'
import { type FormFault, faultAt, faultBeside, hidden, inputField } from './fields.ts'
import { type Fragment, html } from './html.ts'
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
    before: goesOnTo(view, form.next),
    fields: html`${hidden('next', form.next)}${inputField({
      name: 'username',
      label: t('web.username'),
      value: form.username,
      autocomplete: 'username',
      maxlength: 64,
      verbatim: true,
      required: true,
      autofocus: form.username === '',
    })}${inputField({
      name: 'password',
      label: t('web.password'),
      type: 'password',
      autocomplete: 'current-password',
      maxlength: 256,
      required: true,
      autofocus: form.username !== '',
    })}`,
    after: html`<p class="ways"><a href="/forgot">${t('web.signIn.forgot')}</a>${
      view.signUp === 'open' &&
      html`<a href="${registerPath(form.next)}">${t('web.signIn.register')}</a>`
    }</p>`,
  })
}

/** What waits behind signing in, where somebody came for more than the start page. */
export function goesOnTo(view: PageView, next: string): Fragment {
  const t = view.texts
  if (next.startsWith('/share')) return html`<p class="muted">${t('web.signIn.draftKept')}</p>`
  return next.startsWith('/link/') && html`<p class="muted">${t('web.signIn.linkKept')}</p>`
}

export function registerPath(next: string): string {
  return next === '/' ? '/register' : `/register?next=${encodeURIComponent(next)}`
}

export interface FirstForm extends NewAccount {
  readonly ticket: string
}

/** The very first account, behind the one-time link that the server prints. */
export function firstPage(view: PageView, form: FirstForm): string {
  const t = view.texts
  return credentialsPage(view, {
    title: t('web.first.title'),
    action: '/first',
    fault: faultOfNone(form),
    button: t('web.first.button'),
    before: html`<p>${t('web.first.lead')}</p>`,
    fields: html`${hidden('ticket', form.ticket)}${accountFields(view, form)}`,
  })
}

export interface ResetForm {
  readonly ticket: string
  readonly fault?: FormFault
}

export function resetPage(view: PageView, form: ResetForm): string {
  const t = view.texts
  return credentialsPage(view, {
    title: t('web.reset.title'),
    action: '/reset',
    fault: faultBeside(form.fault, ['password']),
    button: t('web.reset.button'),
    before: html`<p>${t('web.reset.lead')}</p>`,
    fields: html`${hidden('ticket', form.ticket)}${newPassword(view, { label: t('web.password.new'), error: faultAt(form.fault, 'password'), autofocus: true })}`,
  })
}

/** A one-time link that was used before, or has run out. */
export function spentLinkPage(view: PageView): string {
  const t = view.texts
  return lonely(view, {
    title: t('web.spent.title'),
    body: html`<p>${t('web.spent.body')}</p>`,
    actions: html`<a class="button" href="/sign-in">${t('web.signIn')}</a>`,
  })
}
