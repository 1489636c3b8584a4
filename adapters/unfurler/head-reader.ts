import type { Parser } from 'htmlparser2'
import type { PageFacts } from '#core/preview.ts'

/** Elements of a head that nothing can be nested in; a page may have any number of them. */
const FLAT = new Set(['title', 'meta', 'link', 'base', 'script', 'style'])
/**
 * Others that a page may open before its head is taken to have ended: no honest head has as many, and a parser's
 * work at each tag may grow with those that are open.
 */
const MAX_OTHERS = 64
const MAX_VALUE = 4_096

/** Names under which pages say the same thing, best first. */
const SOURCES: Readonly<Record<keyof PageFacts, readonly string[]>> = {
  title: ['og:title', 'twitter:title', '<title>'],
  description: ['og:description', 'twitter:description', 'description'],
  image: ['og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image', 'twitter:image:src'],
  siteName: ['og:site_name', 'application-name'],
}
const WANTED = new Set(Object.values(SOURCES).flat())

/** Reads a page's head as it comes, and nothing after it. */
export interface HeadReader {
  /** Takes the next piece; true once the head has ended. */
  write(text: string): boolean
  facts(): PageFacts
}

/** Builds no tree, so no page can make reading it dear. */
export function createHeadReader(parser: typeof Parser): HeadReader {
  const found = new Map<string, string>()
  let title: string | undefined
  let others = 0
  let ended = false

  const keep = (name: string | undefined, value: string | undefined) => {
    const key = name?.trim().toLowerCase()
    if (key === undefined || !value || !WANTED.has(key) || found.has(key)) return
    found.set(key, value.slice(0, MAX_VALUE))
  }
  const html = new parser({
    onopentag(name, attributes) {
      if (ended) return
      if (name === 'body' || (!FLAT.has(name) && ++others > MAX_OTHERS)) ended = true
      else if (name === 'title') title ??= found.has('<title>') ? undefined : ''
      else if (name === 'meta') {
        keep(attributes.property, attributes.content)
        keep(attributes.name, attributes.content)
      }
    },
    ontext(text) {
      if (!ended && title !== undefined && title.length < MAX_VALUE) title += text
    },
    onclosetag(name) {
      if (name === 'head') ended = true
      if (name !== 'title' || title === undefined) return
      keep('<title>', title.trim())
      title = undefined
    },
  })
  return {
    write(text) {
      if (!ended) html.write(text)
      return ended
    },
    facts: () => ({
      title: best(found, 'title'),
      description: best(found, 'description'),
      image: best(found, 'image'),
      siteName: best(found, 'siteName'),
    }),
  }
}

function best(found: ReadonlyMap<string, string>, part: keyof PageFacts): string {
  const source = SOURCES[part].find((name) => found.has(name))
  return source === undefined ? '' : (found.get(source) ?? '')
}
