import type { Account } from '#core/account.ts'
import type { PlatformUser } from '#core/identity.ts'
import type { LinkOffer } from '#engine/engine.ts'
import { hashSecret } from '#engine/keys.ts'
import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { askedLinkPage, linkedPage, pinPage, voidLinkPage } from '../pages/link-chat-pages.ts'
import { secure } from '../security.ts'
import { pinNote } from './link-note.ts'
import { refusalOf, seeOther, send, signedIn, takeFlash, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

/**
 * `/link/<secret>`, where a chat sends the person who began a link there: who asks, agreeing, and the PIN to be typed
 * in that chat. Looking at it changes nothing, before and after signing in.
 */
export const linkingPages: PageRoutes = (router, deps) => {
  const alone = secure('secret', deps.settings)
  router.get('/link/:secret', alone, (ctx) => show(ctx, deps))
  router.post(
    '/link/:secret',
    alone,
    signedIn(
      (ctx, account) => agree(ctx, deps, account),
      (ctx) => ctx.path,
    ),
  )
  router.get('/link/:secret/state', alone, async (ctx) => {
    const { kind } = await standingOf(ctx, deps)
    ctx.set('Cache-Control', 'no-store')
    ctx.body = { state: kind }
  })
}

/** How a link stands for who looks at it. */
type Standing =
  | { readonly kind: 'gone' }
  /** Another account agreed to it. */
  | { readonly kind: 'anothers' }
  | { readonly kind: 'asked'; readonly user: PlatformUser; readonly offer: LinkOffer }
  /** Agreed to in this browser. */
  | { readonly kind: 'agreed'; readonly user: PlatformUser; readonly pin: string; until: number }
  | { readonly kind: 'linked'; readonly user: PlatformUser }

async function standingOf(ctx: PageContext, deps: WebDeps): Promise<Standing> {
  const { linking } = deps.engine
  const { account } = ctx.state
  const secret = secretOf(ctx)
  const offer = await linking.offerOnPage(secret)
  const note = account && noteOf(ctx, deps, account, secret)
  if (!offer?.user) {
    const linked = note && (await linking.accountOf(note.user))?.id === note.account
    return linked ? { kind: 'linked', user: note.user } : { kind: 'gone' }
  }
  if (account && offer.account && offer.account.id !== account.id) return { kind: 'anothers' }
  // They ask for what they have.
  if (account && offer.movesFrom?.id === account.id) return { kind: 'linked', user: offer.user }
  return note && offer.account
    ? { ...note, kind: 'agreed' }
    : { kind: 'asked', user: offer.user, offer }
}

/** What this browser was shown, where it was for this link and this account. */
function noteOf(ctx: PageContext, deps: WebDeps, account: Account, secret: string) {
  const note = pinNote.read(ctx, deps.clock.now())
  return note?.of === hashSecret(secret) && note.account === account.id ? note : null
}

async function show(ctx: PageContext, deps: WebDeps, fault?: string, status = 200): Promise<void> {
  const view = await viewOf(ctx, deps, ctx.path)
  const standing = await standingOf(ctx, deps)
  switch (standing.kind) {
    case 'gone':
    case 'anothers':
      return send(ctx, voidLinkPage(view, standing.kind), 410)
    case 'asked': {
      const { user, offer } = standing
      const asked = { user, movesFrom: offer.movesFrom, fault, flash: takeFlash(ctx) }
      return send(ctx, askedLinkPage(view, asked), status)
    }
    case 'agreed':
      return send(ctx, pinPage(view, standing))
    case 'linked':
      return send(ctx, linkedPage(view, standing.user))
    default:
      return standing satisfies never
  }
}

/** The PIN is shown by the page that follows, which can be loaded again. */
async function agree(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const secret = secretOf(ctx)
  try {
    const { pin, user, forMs } = await deps.engine.linking.agreeOnPage(secret, account)
    const until = deps.clock.now() + forMs
    pinNote.write(ctx, { of: hashSecret(secret), account: account.id, user, pin, until }, forMs)
    seeOther(ctx, ctx.path)
  } catch (error) {
    const { text, error: refused } = refusalOf(ctx, error)
    const view = await viewOf(ctx, deps, ctx.path)
    if (refused.code === 'gone') return send(ctx, voidLinkPage(view, 'gone'), 410)
    if (refused.code === 'forbidden') return send(ctx, voidLinkPage(view, 'anothers'), 410)
    await show(ctx, deps, text, refused.status)
  }
}

function secretOf(ctx: PageContext): string {
  return (ctx.params.secret ?? '').slice(0, 100)
}
