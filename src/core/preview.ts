import { hostFault } from './target/host.ts'
import { cleanLine, shorten } from './text.ts'

/** What a page says of itself, cleaned for showing: one line each, cut. */
export interface LinkPreview {
  readonly title: string
  readonly description: string
  /** Absolute http(s) URL, never fetched by us. */
  readonly image: string | null
  readonly siteName: string
}

/** What stands in a page's head, as written there. */
export interface PageFacts {
  readonly title: string
  readonly description: string
  /** Absolute, or relative to the page. */
  readonly image: string
  readonly siteName: string
}

const MAX_TITLE = 300
const MAX_DESCRIPTION = 500
const MAX_SITE_NAME = 80
const MAX_URL = 2_048

/** The preview that a page's words make, or null where it says nothing. `url`: where the page was found. */
export function previewOf(facts: PageFacts, url: string): LinkPreview | null {
  const title = shorten(cleanLine(facts.title), MAX_TITLE)
  const description = shorten(cleanLine(facts.description), MAX_DESCRIPTION)
  if (title === '' && description === '') return null
  const siteName = shorten(cleanLine(facts.siteName), MAX_SITE_NAME)
  return { title, description, image: imageUrl(facts.image, url), siteName }
}

/**
 * Readers' programs fetch the image: one inside their own network, or with a password in its address, is
 * left out.
 */
function imageUrl(written: string, base: string): string | null {
  if (written.trim() === '') return null
  const url = URL.parse(written.trim(), base)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null
  if (url.username !== '' || url.password !== '' || url.href.length > MAX_URL) return null
  return hostFault(url.hostname) ? null : url.href
}
