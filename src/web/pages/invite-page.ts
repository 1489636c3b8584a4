import type { Account } from '#core/account.ts'
import { accountPage, copyField } from './account-frame.ts'
import { buttonForm } from './fields.ts'
import { type Html, html } from './html.ts'
import { qrSvg } from './qr.ts'
import { durationText } from './time.ts'
import type { PageView } from './view.ts'

export interface InviteParts {
  readonly account: Account
  /** One that was just made: shown once, never again. */
  readonly invitation?: { readonly url: string; readonly forMs: number } | undefined
  readonly fault?: string | undefined
}

export function invitePage(view: PageView, { account, invitation, fault }: InviteParts): string {
  const t = view.texts
  return accountPage(view, {
    account,
    fault,
    tab: 'invite',
    body: html`<section class="card"><h2>${t('web.invite.title')}</h2>
${
  invitation
    ? invitationCard(view, invitation)
    : html`<p>${t('web.invite.lead')}</p>${buttonForm(view, '/account/invite', t('web.invite.button'), { kind: 'primary' })}`
}</section>`,
  })
}

function invitationCard(
  view: PageView,
  { url, forMs }: { readonly url: string; readonly forMs: number },
): Html {
  const t = view.texts
  return html`<p role="status">${t('web.invite.made', { time: durationText(view, forMs) })}</p>
${copyField(view, t('web.invite.link'), url)}
<div class="qr-card">${qrSvg(url, t('web.invite.qrLabel'))}<p class="muted">${t('web.invite.qr')}</p></div>
${buttonForm(view, '/account/invite', t('web.invite.another'))}`
}
