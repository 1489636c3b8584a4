import type { Account } from '#core/account.ts'
import type { LinkPreview } from '#core/preview.ts'
import { refusal } from '#core/refusal.ts'
import type { Target } from '#core/target.ts'
import type { AcceptedShare, AcceptOptions, Sharing } from '../engine.ts'
import { type Accepted, acceptShare, extendShare } from './accept.ts'
import {
  cancelOne,
  cancelShare,
  mustStand,
  ownDelivery,
  ownShare,
  recallOne,
  recallShare,
  retryOne,
} from './actions.ts'
import type { SharingDeps } from './deps.ts'
import { viewReplies } from './reply-view.ts'
import { renderedCopy } from './sender-copy.ts'
import { describeRecipients, understand } from './understand.ts'
import { createViews } from './views.ts'

const RECENTS = 20
/** Pages that one account may have us ask before it sends anything: a person's pace, no scanner's. */
const PREVIEWS = { limit: 120, burst: 60, perMs: 60_000, cost: 1 }

/** The use cases around a share, for every front-end. */
export function createSharing(deps: SharingDeps): Sharing {
  const { store } = deps
  const views = createViews(deps)

  /** After a change that the sender made: tell who watches, and look for work. */
  function changed(): void {
    deps.status.ring()
    deps.ring()
  }

  async function accepted(
    result: Accepted,
    sender: Account,
    frontEnd: AcceptOptions['frontEnd'],
  ): Promise<AcceptedShare> {
    if (!result.replayed) {
      deps.metrics.count('shares', { frontEnd })
      // Fetched now, so that it is at hand when the message is written; nobody waits for it.
      if (result.share.target.kind !== 'phone') void deps.unfurler.unfurl(result.share.target.url)
      changed()
    }
    const { rejected, replayed, warnings } = result
    // A key that was used before took nothing now, whatever was estimated meanwhile.
    const estimate = replayed ? null : result.estimate
    const share = await views.accepted(result, sender)
    return { share, rejected, replayed, warnings, estimate }
  }

  async function previewFor(sender: Account, target: Target): Promise<LinkPreview | null> {
    if (target.kind === 'phone') return null
    const taken = await deps.rates.take([{ key: `preview/${sender.id}`, ...PREVIEWS }])
    return taken.ok ? deps.unfurler.unfurl(target.url) : null
  }

  return {
    async draft(sender, request, { locale }) {
      const { draft, reachable } = await understand(deps, sender, request, locale)
      const [recipients, preview] = await Promise.all([
        describeRecipients(deps, sender, reachable),
        previewFor(sender, draft.target),
      ])
      return { ...draft, recipients, preview }
    },
    async accept(sender, request, options) {
      const result = await acceptShare(deps, sender, request, options)
      return accepted(result, sender, options.frontEnd)
    },
    async addRecipients(sender, id, recipients, options) {
      const share = await ownShare(deps, sender, id)
      mustStand(share, deps.clock.now())
      const partial = options.partial ?? false
      const replaces = options.replaces ?? null
      if (replaces !== null && (await ownDelivery(deps, sender, replaces)).share !== share.id) {
        throw refusal('not_found', 'refusal.no_delivery')
      }
      const request = { recipients, partial, replaces }
      const result = await extendShare(deps, sender, share, request, options)
      return accepted(result, sender, options.frontEnd)
    },
    async get(sender, id) {
      return views.share(await ownShare(deps, sender, id), sender)
    },
    list: (sender, page) => store.shares.page(sender.id, page),
    async visits(sender, id, page) {
      const share = await ownShare(deps, sender, id)
      const [visits, counters, stats] = await Promise.all([
        store.visits.ofShare(share.id, page),
        store.visits.counters(share.id),
        store.visits.stats(share.id),
      ])
      return { visits, counters, stats }
    },
    async replies(sender, id, page) {
      const share = await ownShare(deps, sender, id)
      return viewReplies(store, await store.replies.ofShare(share.id, page))
    },
    async cancel(sender, id) {
      const share = await ownShare(deps, sender, id)
      await cancelShare(deps, share)
      changed()
      return views.share(await ownShare(deps, sender, id), sender)
    },
    async recall(sender, id) {
      const share = await ownShare(deps, sender, id)
      await recallShare(deps, share)
      changed()
      return views.share(await ownShare(deps, sender, id), sender)
    },
    async retry(sender, id) {
      const delivery = await ownDelivery(deps, sender, id)
      const share = await ownShare(deps, sender, delivery.share)
      const moved = await retryOne(deps, share, delivery)
      changed()
      return views.delivery(moved, sender)
    },
    async cancelDelivery(sender, id) {
      const moved = await cancelOne(deps, await ownDelivery(deps, sender, id))
      changed()
      return views.delivery(moved, sender)
    },
    async recallDelivery(sender, id) {
      const moved = await recallOne(deps, await ownDelivery(deps, sender, id))
      changed()
      return views.delivery(moved, sender)
    },
    async rendered(sender, id) {
      const delivery = await ownDelivery(deps, sender, id)
      return renderedCopy(deps, await ownShare(deps, sender, delivery.share), delivery)
    },
    recents: (sender) => store.deliveries.recents(sender.id, RECENTS),
  }
}
