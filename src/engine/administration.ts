import type { Account } from '#core/account.ts'
import type { Delivery, Share } from '#core/share.ts'
import type { Page } from '#ports/store/page.ts'
import type { KeptReply } from '#ports/store/replies.ts'
import type { Store } from '#ports/store/store.ts'
import { purge } from './delivering/sweeper.ts'

/** What whoever owns the data may do besides: the command line's, never a front-end's. */
export interface Administration {
  /** Blanks and forgets at once what has stood long enough; returns how many deliveries were blanked. */
  purge(): Promise<number>
  /** Everything kept of an account, as pieces of one JSON text. Codes and hashes of secrets are left out. */
  export(account: Account): AsyncIterable<string>
}

/** Replies that are read at a time. */
const PAGE = 500

/** `identifyMs`: after what time in a final state deliveries are blanked. */
export function createAdministration(store: Store, identifyMs: number): Administration {
  return {
    purge: () => purge(store, identifyMs),
    async *export(account) {
      const [contacts, notes, tokens, identities, sessions] = await Promise.all([
        store.contacts.list(account.id),
        store.contacts.notes(account.id),
        store.accounts.tokens(account.id),
        store.identities.ofAccount(account.id),
        store.accounts.sessions(account.id),
      ])
      const browsers = sessions.map(({ keyHash: _keyHash, ...session }) => session)
      const head = toJson({ account, identities, contacts, notes, tokens, sessions: browsers })
      yield `${head.slice(0, -1)},"shares":[`
      let separator = ''
      for await (const { share, deliveries } of store.shares.export(account.id)) {
        yield separator + toJson(await exported(store, share, deliveries))
        separator = ','
      }
      yield ']}\n'
    },
  }
}

async function exported(store: Store, share: Share, deliveries: readonly Delivery[]) {
  const counters = await store.visits.counters(share.id)
  const replies = await repliesTo(store, share)
  return {
    ...share,
    deliveries: deliveries.map(
      ({ code: _code, endpoint: _endpoint, lane: _lane, ...kept }) => kept,
    ),
    visits: counters,
    replies,
  }
}

async function repliesTo(store: Store, share: Share) {
  const found: object[] = []
  let cursor: string | null = null
  do {
    const page: Page<KeptReply> = await store.replies.ofShare(share.id, { limit: PAGE, cursor })
    found.push(...page.items.map(({ delivery, at, text }) => ({ delivery, repliedAt: at, text })))
    cursor = page.cursor
  } while (cursor !== null)
  return found
}

/** Instants are written as people and other programs read them. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) =>
    /At$/.test(key) && typeof part === 'number' ? new Date(part).toISOString() : part,
  )
}
