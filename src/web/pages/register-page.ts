import { accountFields, faultOfNone, type NewAccount } from './account-fields.ts'
import { credentialsPage, lonely } from './credentials-page.ts'
import { buttonForm, hidden } from './fields.ts'
import { html } from './html.ts'
import { goesOnTo } from './sign-in-pages.ts'
import type { PageView } from './view.ts'

export interface RegisterForm extends NewAccount {
  /** Of an invitation; empty where anybody may come. */
  readonly ticket: string
  /** A path of ours to go on to. */
  readonly next: string
}

/** An account of one's own. */
export function registerPage(view: PageView, form: RegisterForm): string {
  const t = view.texts
  return credentialsPage(view, {
    title: t('web.register.title'),
    action: '/register',
    fault: faultOfNone(form),
    button: t('web.register.button'),
    before: form.ticket ? html`<p>${t('web.register.invited')}</p>` : goesOnTo(view, form.next),
    fields: html`${hidden('ticket', form.ticket)}${hidden('next', form.next)}${accountFields(view, form, t('web.register.emailHint'))}`,
    after: html`<p class="ways"><a href="/sign-in?next=${encodeURIComponent(form.next)}">${t('web.register.have')}</a></p>`,
  })
}

/** Why nobody makes an account here without more ado. */
export function noRegisterPage(view: PageView, why: 'closed' | 'invite'): string {
  const t = view.texts
  return lonely(view, {
    title: t(`web.register.${why}.title`),
    body: html`<p>${t(`web.register.${why}.body`)}</p>`,
    actions: html`<a class="button" href="/sign-in">${t('web.signIn')}</a>`,
  })
}

/** For who has an account already, and came by an invitation that is somebody else's then. */
export function haveAccountPage(view: PageView, account: { readonly username: string }): string {
  const t = view.texts
  return lonely(view, {
    title: t('web.register.already.title'),
    body: html`<p>${t('web.register.already.body', { username: account.username })}</p>`,
    actions: html`<a class="button primary" href="/">${t('web.toHome')}</a>${buttonForm(view, '/sign-out', t('web.signOut'), { kind: '', fields: hidden('next', view.here) })}`,
  })
}
