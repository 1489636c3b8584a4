import type { WebContext } from './context.ts'
import { type Deck, draw, type Markup, type OldMarkup } from './pages/wap/deck.ts'
import { wml } from './pages/wap/wml.ts'
import { xhtmlMp } from './pages/wap/xhtml-mp.ts'

const TYPES = {
  html: 'text/html; charset=utf-8',
  'xhtml-mp': 'application/vnd.wap.xhtml+xml; charset=utf-8',
  wml: 'text/vnd.wap.wml; charset=utf-8',
} as const satisfies Readonly<Record<Markup, string>>

const WRITERS: Readonly<Record<OldMarkup, (deck: Deck) => string>> = { 'xhtml-mp': xhtmlMp, wml }

/**
 * Phones of the WAP days name what they read; no browser of today names a `vnd.wap` type. Those that read HTML as
 * well mean that of their days.
 */
export function markupWanted(accepted: readonly string[]): Markup {
  const names = (type: string): boolean => accepted.includes(type)
  if (names('application/vnd.wap.xhtml+xml')) return 'xhtml-mp'
  if (names('text/vnd.wap.wml')) return 'wml'
  const html = ['text/html', 'text/*', '*/*'].some(names)
  return names('application/xhtml+xml') && !html ? 'xhtml-mp' : 'html'
}

/** A page in each of its markups. */
export interface PublicPage {
  html(): string
  deck(): Deck
}

/** A page for recipients in the markup that their browser reads. Never kept by anybody on the way. */
export function sendPublicPage(ctx: WebContext, status: number, page: PublicPage): void {
  const markup = markupWanted(acceptedTypes(ctx))
  ctx.status = status
  ctx.set('Cache-Control', 'no-store')
  ctx.set('Vary', 'Accept')
  ctx.set('Content-Type', TYPES[markup])
  ctx.body = markup === 'html' ? page.html() : draw(page.deck(), WRITERS[markup])
}

/** What the browser says that it reads, without parameters and in lower case. */
function acceptedTypes(ctx: WebContext): readonly string[] {
  return [ctx.accepts()].flat().map((type) => String(type).toLowerCase())
}
