import type { Account } from '#core/account.ts'
import { type Identity, platformUserKey } from '#core/identity.ts'
import type { PageContext } from '../context.ts'
import type { WebChat, WebDeps } from '../deps.ts'
import { handleOf, platformName } from '../pages/chat-words.ts'
import { type ChatsParts, chatsPage } from '../pages/chats-page.ts'
import { confirmPage } from '../pages/confirm-page.ts'
import { type Html, html } from '../pages/html.ts'
import { startLinkPage } from '../pages/start-link-page.ts'
import type { PageView } from '../pages/view.ts'
import { lineField, readFields } from './form-fields.ts'
import { startNote } from './link-note.ts'
import { refusalOf, seeOther, send, signedIn, takeFlash, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'
import { notFound } from './show-status.ts'

const PATH = '/account/chats'
const here = (): string => PATH

/** `/account/chats`: who acts for the account from a chat; links that are begun here, and ended. */
export const chatPages: PageRoutes = (router, deps) => {
  router.get(
    PATH,
    signedIn((ctx, account) => show(ctx, deps, account)),
  )
  router.get(
    `${PATH}/unlink`,
    signedIn((ctx, account) => askUnlink(ctx, deps, account)),
  )
  router.post(
    `${PATH}/unlink`,
    signedIn((ctx, account) => unlink(ctx, deps, account), here),
  )
  router.get(
    `${PATH}/:platform`,
    signedIn((ctx, account) => showStart(ctx, deps, account)),
  )
  router.post(
    `${PATH}/:platform`,
    signedIn((ctx, account) => start(ctx, deps, account), here),
  )
  router.post(
    `${PATH}/:platform/pin`,
    signedIn((ctx, account) => finish(ctx, deps, account), here),
  )
}

async function show(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  more: Partial<ChatsParts> = {},
  status = 200,
): Promise<void> {
  const page = chatsPage(await viewOf(ctx, deps, PATH), {
    account,
    identities: await deps.engine.linking.identities(account.id),
    platforms: deps.chats.map(({ platform }) => platform),
    flash: takeFlash(ctx),
    ...more,
  })
  send(ctx, page, status)
}

// ── Ending a link ────────────────────────────────────────────────────────────────────────────────────────

async function askUnlink(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const identity = await identityOf(ctx, deps, account, ctx.query)
  const view = await viewOf(ctx, deps)
  const words = { who: handleOf(identity), platform: platformName(view, identity.platform) }
  const isLast = await deps.engine.linking.isLastWayIn(identity, account)
  const page = confirmPage(view, {
    title: view.texts('web.unlink.title', words),
    body: view.texts('web.unlink.body', words),
    warning: isLast && lastWay(view),
    action: `${PATH}/unlink`,
    fields: { user: platformUserKey(identity) },
    button: view.texts('web.chats.unlink'),
    back: PATH,
  })
  send(ctx, page)
}

/** Without a password nobody would come to the account again. */
function lastWay(view: PageView): Html {
  const t = view.texts
  return html`${t('web.unlink.last')} <a href="/account/security">${t('web.password.set')}</a>`
}

async function unlink(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const identity = await identityOf(ctx, deps, account, ctx.request.body)
  await deps.engine.linking.unlink(identity, account.id, 'page')
  seeOther(ctx, PATH, ctx.state.texts('web.unlink.done', { who: handleOf(identity) }))
}

/** One of the account's own; another's is `not_found`. */
async function identityOf(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  fields: unknown,
): Promise<Identity> {
  const { user } = readFields({ user: lineField }, fields)
  const identities = await deps.engine.linking.identities(account.id)
  const found = identities.find((identity) => platformUserKey(identity) === user)
  if (!found) throw notFound(ctx)
  return found
}

// ── Beginning one ────────────────────────────────────────────────────────────────────────────────────────

async function start(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const { platform } = chatOf(ctx, deps)
  try {
    const { secret, forMs } = await deps.engine.linking.beginOnPage(account, platform)
    const until = deps.clock.now() + forMs
    startNote.write(ctx, { platform, account: account.id, secret, until }, forMs)
    seeOther(ctx, `${PATH}/${platform}`)
  } catch (error) {
    const refused = refusalOf(ctx, error)
    await show(ctx, deps, account, { fault: refused.text }, refused.error.status)
  }
}

async function showStart(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  fault?: string,
  status = 200,
): Promise<void> {
  const chat = chatOf(ctx, deps)
  const note = startNote.read(ctx, deps.clock.now())
  if (note?.platform !== chat.platform || note.account !== account.id) {
    return fault ? show(ctx, deps, account, { fault }, status) : seeOther(ctx, PATH)
  }
  const page = startLinkPage(await viewOf(ctx, deps, `${PATH}/${chat.platform}`), {
    account,
    platform: chat.platform,
    url: chat.startUrl(note.secret),
    command: `${chat.writeCommand('start')} ${note.secret}`,
    until: note.until,
    fault,
  })
  send(ctx, page, status)
}

async function finish(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const { pin } = readFields({ pin: lineField }, ctx.request.body)
  try {
    const identity = await deps.engine.linking.finishOnPage(account, pin)
    startNote.drop(ctx)
    const platform = ctx.state.texts(`web.platform.${identity.platform}`)
    seeOther(ctx, PATH, ctx.state.texts('web.chats.linked', { who: handleOf(identity), platform }))
  } catch (error) {
    const { text, error: refused } = refusalOf(ctx, error)
    // After the last try nothing is waited for any more.
    if (refused.values?.left !== 0) return showStart(ctx, deps, account, text, refused.status)
    startNote.drop(ctx)
    await show(ctx, deps, account, { fault: text }, refused.status)
  }
}

function chatOf(ctx: PageContext, { chats }: WebDeps): WebChat {
  const chat = chats.find(({ platform }) => platform === ctx.params.platform)
  if (!chat) throw notFound(ctx)
  return chat
}
