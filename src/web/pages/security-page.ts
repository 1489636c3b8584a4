import type { Account } from '#core/account.ts'
import type { SessionInfo } from '#engine/engine.ts'
import { accountPage } from './account-frame.ts'
import { newPassword, presentPassword } from './credentials-page.ts'
import { buttonForm, type FormFault, faultAt, faultBeside, hidden } from './fields.ts'
import { type Html, html } from './html.ts'
import { banner } from './layout.ts'
import { timeTag } from './time.ts'
import type { PageView } from './view.ts'

export interface SecurityParts {
  readonly account: Account
  readonly hasPassword: boolean
  readonly sessions: readonly SessionInfo[]
  /** The session of this browser. */
  readonly here: string
  readonly flash?: string | undefined
  /** Why the new password was refused. */
  readonly fault?: FormFault | undefined
}

/** How one signs in, and where one is signed in. */
export function securityPage(view: PageView, parts: SecurityParts): string {
  const { account, flash } = parts
  return accountPage(view, {
    account,
    flash,
    tab: 'security',
    body: html`${passwordForm(view, parts)}${sessionsSection(view, parts)}`,
  })
}

function passwordForm(view: PageView, { account, hasPassword, fault }: SecurityParts): Html {
  const t = view.texts
  const beside = faultBeside(fault, ['old', 'password'])
  return html`<section class="card" id="password"><h2>${t(hasPassword ? 'web.password.change' : 'web.password.set')}</h2>
<p class="muted">${t(hasPassword ? 'web.password.changeLead' : 'web.password.setLead')}</p>
${beside && banner('error', beside)}
<form method="post" action="/account/security/password" class="stack">${hidden('_csrf', view.csrf)}
<input class="default" name="username" value="${account.username}" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
${
  hasPassword &&
  presentPassword(view, {
    name: 'old',
    error: faultAt(fault, 'old'),
    autofocus: fault?.field === 'old',
  })
}
${newPassword(view, {
  name: 'fresh',
  label: t('web.password.new'),
  error: faultAt(fault, 'password'),
  autofocus: fault?.field === 'password',
})}
<button>${t(hasPassword ? 'web.password.changeButton' : 'web.password.setButton')}</button></form></section>`
}

function sessionsSection(view: PageView, { sessions, here }: SecurityParts): Html {
  const t = view.texts
  const others = sessions.some(({ id }) => id !== here)
  return html`<section id="sessions"><div class="heading"><h2>${t('web.sessions.title')}</h2>${
    others &&
    buttonForm(view, '/account/security/sessions/end-others', t('web.sessions.endOthers'), {
      kind: 'small danger-line',
    })
  }</div>
<ul class="list">${sessions.map((session) => sessionLine(view, session, session.id === here))}</ul></section>`
}

function sessionLine(view: PageView, session: SessionInfo, isHere: boolean): Html {
  const t = view.texts
  return html`<li class="token"><span><strong>${session.agent || t('web.sessions.unknown')}</strong><span class="muted">${t('web.sessions.since')} ${timeTag(view, session.createdAt)} · ${t('web.sessions.seen')} ${timeTag(view, session.seenAt)}</span></span>
${
  isHere
    ? html`<span class="tag good">${t('web.sessions.here')}</span>`
    : buttonForm(
        view,
        `/account/security/sessions/${encodeURIComponent(session.id)}/end`,
        t('web.sessions.end'),
        { kind: 'small danger-line' },
      )
}</li>`
}
