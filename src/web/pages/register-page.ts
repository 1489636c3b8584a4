import { credentialsPage, type FormFault, lonely, newPassword } from './credentials-page.ts'
import { buttonForm, hidden, inputField } from './fields.ts'
import { html } from './html.ts'
import { goesOnTo } from './sign-in-pages.ts'
import type { PageView } from './view.ts'

export interface RegisterForm {
  /** Of an invitation; empty where anybody may come. */
  readonly ticket: string
  readonly username: string
  readonly displayName: string
  readonly email: string
  /** A path of ours to go on to. */
  readonly next: string
  readonly fault?: FormFault
}

const FIELDS = ['username', 'displayName', 'email', 'password'] as const

/** An account of one's own. What is refused is said at its field, which is where typing goes on. */
export function registerPage(view: PageView, form: RegisterForm): string {
  const t = view.texts
  const at = FIELDS.find((name) => name === form.fault?.field)
  const focus = at ?? 'username'
  const state = (name: (typeof FIELDS)[number]) => ({
    name,
    error: at === name ? form.fault?.text : undefined,
    autofocus: focus === name,
  })
  return credentialsPage(view, {
    title: t('web.register.title'),
    action: '/register',
    fault: at ? undefined : form.fault?.text,
    button: t('web.register.button'),
    before: form.ticket ? html`<p>${t('web.register.invited')}</p>` : goesOnTo(view, form.next),
    fields: html`${hidden('ticket', form.ticket)}${hidden('next', form.next)}${inputField({
      ...state('username'),
      label: t('web.username'),
      value: form.username,
      autocomplete: 'username',
      maxlength: 32,
      verbatim: true,
      required: true,
      hint: t('web.first.usernameHint'),
    })}${inputField({
      ...state('displayName'),
      label: t('web.displayName'),
      value: form.displayName,
      autocomplete: 'name',
      maxlength: 80,
      hint: t('web.displayNameHint'),
    })}${inputField({
      ...state('email'),
      label: t('web.first.email'),
      value: form.email,
      type: 'email',
      autocomplete: 'email',
      maxlength: 254,
      hint: t('web.register.emailHint'),
    })}${newPassword(view, state('password'))}`,
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
