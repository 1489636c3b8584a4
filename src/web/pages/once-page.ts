import type { Account } from '#core/account.ts'
import { whoCard } from './chat-words.ts'
import { credentialsPage } from './credentials-page.ts'
import { hidden } from './fields.ts'
import { html } from './html.ts'
import { icon } from './icons.ts'
import { banner } from './layout.ts'
import type { PageView } from './view.ts'

/** Names whom the link signs in before it does: one that somebody else sent is seen to be theirs. */
export function oncePage(view: PageView, ticket: string, account: Account): string {
  const t = view.texts
  const other = view.account && view.account.id !== account.id ? view.account : null
  return credentialsPage(view, {
    title: t('web.signIn'),
    action: '/sign-in/once',
    button: t('web.signIn'),
    before: html`<p>${t('web.once.lead')}</p>
${whoCard(icon('person'), account.displayName, `@${account.username}`)}
${other && banner('warning', t('web.once.instead', { name: other.displayName, username: other.username }))}
<p class="muted">${t('web.once.only')}</p>`,
    fields: hidden('ticket', ticket),
  })
}
