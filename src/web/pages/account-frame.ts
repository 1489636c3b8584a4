import type { Account } from '#core/account.ts'
import { type Fragment, type Html, html } from './html.ts'
import { banner, page } from './layout.ts'
import type { PageView } from './view.ts'

/** The pages of an account, in the order of their tabs. */
const TABS = ['profile', 'chats', 'security', 'tokens', 'invite'] as const
export type AccountTab = (typeof TABS)[number]

export function tabPath(tab: AccountTab): string {
  return tab === 'profile' ? '/account' : `/account/${tab}`
}

export interface AccountParts {
  readonly account: Account
  readonly tab: AccountTab
  readonly flash?: string | undefined
  readonly fault?: string | undefined
  readonly body: Fragment
}

/** What every page of an account begins with: whose it is, its other pages, what was just done or refused. */
export function accountPage(view: PageView, parts: AccountParts): string {
  const { account, tab } = parts
  const t = view.texts
  return page(view, {
    title: tab === 'profile' ? t('web.nav.account') : t(`web.account.tab.${tab}`),
    body: html`<header class="account"><h1>${account.displayName}</h1><p class="muted">@${account.username}</p>
${tabs(view, parts)}</header>
${parts.flash && banner('done', parts.flash)}
${parts.fault && banner('error', parts.fault)}
${parts.body}`,
  })
}

function tabs(view: PageView, { tab }: AccountParts): Html {
  const t = view.texts
  const shown = TABS.filter((name) => name !== 'invite' || view.signUp !== 'closed')
  return html`<nav class="tabs" aria-label="${t('web.nav.account')}">${shown.map(
    (name) =>
      html`<a href="${tabPath(name)}"${name === tab && html` aria-current="page"`}>${t(`web.account.tab.${name}`)}</a>`,
  )}</nav>`
}

/** For who may write to nobody else yet. */
export function unverifiedBanner(t: PageView['texts']): Html {
  return html`${t('web.warning.unverified')} <a href="/account">${t('web.warning.toAccount')}</a>`
}

/** A secret or a link to take along, with a button that copies it. */
export function copyField(view: PageView, label: string, value: string): Html {
  const t = view.texts
  return html`<span class="copy"><input readonly aria-label="${label}" value="${value}" data-copy-source><button type="button" class="small" hidden data-copy data-copied="${t('web.copied')}">${t('web.copy')}</button></span>`
}
