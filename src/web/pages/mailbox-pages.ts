import type { Account } from '#core/account.ts'
import { whoCard } from './chat-words.ts'
import { credentialsPage, lonely } from './credentials-page.ts'
import { hidden, inputField } from './fields.ts'
import { html } from './html.ts'
import { icon } from './icons.ts'
import type { PageView } from './view.ts'

/** Asks for a link to set a new password. */
export function forgotPage(view: PageView, form: { readonly who: string; fault?: string }): string {
  const t = view.texts
  return credentialsPage(view, {
    title: t('web.forgot.title'),
    action: '/forgot',
    fault: form.fault,
    button: t('web.forgot.button'),
    before: html`<p>${t('web.forgot.lead')}</p>`,
    fields: inputField({
      name: 'who',
      label: t('web.forgot.who'),
      value: form.who,
      autocomplete: 'username',
      maxlength: 254,
      verbatim: true,
      required: true,
      autofocus: true,
    }),
    after: html`<p class="ways"><a href="/sign-in">${t('web.forgot.back')}</a></p>`,
  })
}

/** The same whoever was named, and whether or not mail is on its way. */
export function forgotSentPage(view: PageView): string {
  const t = view.texts
  return lonely(view, {
    title: t('web.forgot.sent.title'),
    body: html`<p>${t('web.forgot.sent.body')}</p><p class="muted">${t('web.forgot.sent.else')}</p>`,
    actions: html`<a class="button" href="/sign-in">${t('web.forgot.back')}</a>`,
  })
}

export interface VerifyForm {
  readonly ticket: string
  /** Whose it becomes: anybody may write another's mailbox into their account. */
  readonly account: Account
  readonly email: string
  readonly fault?: string
}

/** Looking changes nothing: programs follow the links of mails too. */
export function verifyPage(view: PageView, form: VerifyForm): string {
  const { ticket, account, email, fault } = form
  const t = view.texts
  return credentialsPage(view, {
    title: t('web.verify.title'),
    action: '/verify',
    fault,
    button: t('web.verify.button'),
    before: html`<p>${t('web.verify.for', { email })}</p>
${whoCard(icon('person'), account.displayName, `@${account.username}`)}
<p>${t('web.verify.lead')}</p><p class="muted">${t('web.verify.only')}</p>`,
    fields: hidden('ticket', ticket),
  })
}

export function verifiedPage(view: PageView, { email, username }: Account): string {
  const t = view.texts
  return lonely(view, {
    title: t('web.verify.done.title'),
    body: html`<p>${t('web.verify.done.body', { email: email ?? '', username })}</p>`,
    actions: view.account
      ? html`<a class="button primary" href="/">${t('web.toHome')}</a>`
      : html`<a class="button primary" href="/sign-in">${t('web.signIn')}</a>`,
  })
}

export function unverifiedPage(view: PageView): string {
  const t = view.texts
  return lonely(view, {
    title: t('web.spent.title'),
    body: html`<p>${t('web.verify.spent')}</p>`,
    actions: html`<a class="button" href="/account">${t('web.nav.account')}</a>`,
  })
}
