import { LRUCache } from 'lru-cache'
import { readLine } from '#conversation/line/read-line.ts'
import type { Account } from '#core/account.ts'
import { type PlatformUserKey, platformUserKey } from '#core/identity.ts'
import type { Locale } from '#core/locale.ts'
import type { Engine } from '#engine/engine.ts'

type Offer = Awaited<ReturnType<Engine['reaching']['offer']>>

const MAX_KEPT = 2_000
/** Long enough for who is still writing, too short for who shares the same twice. */
const KEPT_MS = 15_000

export interface Offers {
  /** A link to pass on for what was written; null: there is none in it. */
  for(sender: Account, user: PlatformUserKey, text: string, locale: Locale): Promise<Offer | null>
  /** It is somebody's now: the next one gets a link of their own. */
  forget(token: string): void
}

/** Each letter that somebody writes asks once more: the same question gets the same offer for a while. */
export function createOffers({ reaching }: Pick<Engine, 'reaching'>): Offers {
  const limits = { max: MAX_KEPT, ttl: KEPT_MS }
  const kept = new LRUCache<string, Promise<Offer>>(limits)
  const keys = new LRUCache<string, string>(limits)

  async function make(key: string, offering: Promise<Offer>): Promise<Offer> {
    try {
      const offer = await offering
      keys.set(offer.token, key)
      return offer
    } catch (error) {
      kept.delete(key)
      throw error
    }
  }

  return {
    async for(sender, user, text, locale) {
      const { links, parts, note } = readLine({ text, links: [] })
      const [url] = links
      if (url === undefined) return null
      const words = note ?? parts.filter(Boolean).join(' ')
      const key = `${platformUserKey(user)} ${sender.id} ${locale} ${url} ${words}`
      const request = { url, ...(words !== '' && { note: words }) }
      const options = { frontEnd: 'telegram', locale } as const
      const before = kept.get(key)
      if (before) return before
      const offer = make(key, reaching.offer(sender, request, options))
      kept.set(key, offer)
      return offer
    },
    forget(token) {
      const key = keys.get(token)
      if (key !== undefined) kept.delete(key)
    },
  }
}
