import { LRUCache } from 'lru-cache'
import type { Code, ShareId } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { Clock } from '#ports/clock.ts'
import type { Link } from '#ports/store/visits.ts'
import { within } from '../within.ts'

/** With the store's own answer this keeps a recall in another process under 5 s. */
const FRESH_MS = 4_000
/** What is about to be sent changes soon, and scanner rules hang on when it was. */
const UNSENT_FRESH_MS = 500
/** A link that is used in the last part of its time is asked for again, before anybody has to wait for it. */
const AHEAD_MS = 1_000
const ABSENT_MS = 1_000
/** How long a visitor waits for the store where an earlier answer is known, and where none is. */
const STALE_AFTER_MS = 250
const GIVE_UP_MS = 3_000
/** After a fault, an earlier answer serves so long before the store is asked again. */
const RESPITE_MS = 500
const CACHE_BYTES = 32 * 1024 * 1024
const ABSENT_MAX = 10_000

interface Entry {
  readonly link: Link
  until: number
  /** Uses from here on ask anew, beside the answer. */
  askFrom: number
}

/** Links by code, in front of the store. Expiry is the caller's to check, at each answer. */
export interface LinkCache {
  /** The link where it is known and fresh; never waits. */
  peek(code: string): Link | undefined
  /** Null: there is none. An earlier answer where the store is down or slow; throws `unavailable` without one. */
  resolve(code: Code): Promise<Link | null>
  forget(which: { readonly codes?: readonly Code[]; readonly share?: ShareId }): void
}

interface LinkCacheDeps {
  resolve(code: Code): Promise<Link | null>
  readonly clock: Clock
}

/** Fresh for four seconds; `resolve` asks the store. */
export function createLinkCache({ resolve, clock }: LinkCacheDeps): LinkCache {
  const known = new LRUCache<string, Entry>({ maxSize: CACHE_BYTES, sizeCalculation: sizeOf })
  /** Apart from `known`, so that guessing codes pushes no link out. */
  const absent = new LRUCache<string, number>({ max: ABSENT_MAX })
  const asked = new Map<string, Promise<Link | null>>()
  /** Raised by `forget`: what was asked for before it is not kept. */
  let generation = 0

  function ask(code: Code): Promise<Link | null> {
    const running = asked.get(code)
    if (running) return running
    const begun = generation
    const askedAt = clock.monotonic()
    const answer = resolve(code).then((link) => {
      if (begun === generation) keep(code, link, askedAt)
      return link
    })
    asked.set(code, answer)
    const done = (): void => {
      if (asked.get(code) === answer) asked.delete(code)
    }
    answer.then(done, done)
    return answer
  }

  /** Fresh from when it was asked for: what the store read may be as old as that. */
  function keep(code: string, link: Link | null, now: number): void {
    if (link === null) {
      known.delete(code)
      absent.set(code, now + ABSENT_MS)
      return
    }
    const settled = link.acceptedAt !== null || link.recalled
    const until = now + (settled ? FRESH_MS : UNSENT_FRESH_MS)
    known.set(code, { link, until, askFrom: settled ? until - AHEAD_MS : until })
  }

  async function askOrKeep(code: Code, earlier: Entry): Promise<Link | null> {
    try {
      return await within(STALE_AFTER_MS, ask(code))
    } catch {
      earlier.until = clock.monotonic() + RESPITE_MS
      earlier.askFrom = earlier.until
      return earlier.link
    }
  }

  async function askOrFail(code: Code): Promise<Link | null> {
    try {
      return await within(GIVE_UP_MS, ask(code))
    } catch (cause) {
      throw refusal('unavailable', 'refusal.link_away', { cause })
    }
  }

  return {
    peek(code) {
      const entry = known.get(code)
      const now = clock.monotonic()
      if (!entry || entry.until <= now) return undefined
      if (entry.askFrom <= now) {
        entry.askFrom = entry.until
        ask(code as Code).catch(() => undefined)
      }
      return entry.link
    },
    async resolve(code) {
      const entry = known.get(code)
      const now = clock.monotonic()
      if (entry) return entry.until > now ? entry.link : askOrKeep(code, entry)
      if ((absent.get(code) ?? 0) > now) return null
      return askOrFail(code)
    },
    forget({ codes = [], share }) {
      generation++
      asked.clear()
      for (const code of codes) known.delete(code)
      if (share === undefined) return
      for (const [code, { link }] of known.entries()) {
        if (link.share === share) known.delete(code)
      }
    },
  }
}

/** About what an entry takes in memory, in bytes. */
function sizeOf({ link }: Entry): number {
  return 800 + 2 * (link.target.url.length + link.target.title.length + link.note.length)
}
