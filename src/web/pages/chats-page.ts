import type { Account } from '#core/account.ts'
import { type Identity, type Platform, platformUserKey } from '#core/identity.ts'
import { accountPage } from './account-frame.ts'
import { handleOf, platformIcon, platformName, userCard } from './chat-words.ts'
import { buttonForm } from './fields.ts'
import { type Html, html } from './html.ts'
import { timeTag } from './time.ts'
import type { PageView } from './view.ts'

export interface ChatsParts {
  readonly account: Account
  readonly identities: readonly Identity[]
  /** Where somebody may be linked. */
  readonly platforms: readonly Platform[]
  readonly flash?: string | undefined
  readonly fault?: string | undefined
}

/** Who acts for the account from a chat, and how to link one more. */
export function chatsPage(view: PageView, parts: ChatsParts): string {
  const t = view.texts
  return accountPage(view, {
    ...parts,
    tab: 'chats',
    body: html`<section><h2>${t('web.chats.title')}</h2><p class="muted">${t('web.chats.lead')}</p>
${
  parts.identities.length > 0
    ? html`<ul class="list">${parts.identities.map((identity) => identityLine(view, identity))}</ul>`
    : html`<p class="empty">${t('web.chats.none')}</p>`
}</section>
<section><h2>${t('web.chats.link')}</h2>${
      parts.platforms.length > 0
        ? html`<div class="actions">${parts.platforms.map((platform) => linkButton(view, platform))}</div>`
        : html`<p class="muted">${t('web.chats.noPlatforms')}</p>`
    }</section>`,
  })
}

function identityLine(view: PageView, identity: Identity): Html {
  const t = view.texts
  const key = encodeURIComponent(platformUserKey(identity))
  const since = html`${t('web.chats.since')} ${timeTag(view, identity.linkedAt)}`
  return html`<li class="token">${userCard(view, identity, since)}
<a class="button small danger-line" href="/account/chats/unlink?user=${key}" aria-label="${t('web.chats.unlinkWho', { who: handleOf(identity) })}">${t('web.chats.unlink')}</a></li>`
}

function linkButton(view: PageView, platform: Platform): Html {
  const label = html`${platformIcon(platform)}${view.texts('web.chats.linkPlatform', { platform: platformName(view, platform) })}`
  return buttonForm(view, `/account/chats/${platform}`, label, { kind: '' })
}
