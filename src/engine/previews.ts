import { LRUCache } from 'lru-cache'
import type { ShareId } from '#core/ids.ts'
import type { LinkPreview } from '#core/preview.ts'
import type { Target } from '#core/target.ts'
import type { ShareStore } from '#ports/store/shares.ts'
import type { Unfurler } from '#ports/unfurler.ts'
import { within } from './within.ts'

/** A delivery waits no longer than this for what its page says of itself. */
const WAIT_MS = 300
/** What is known comes at once. */
const GLANCE_MS = 5
/** Shares that are being sent at a time, many times over. */
const MAX_SHARES = 1_000

/**
 * What pages say of themselves, asked for before the rates of a send are taken: between those and the send
 * nothing may take long, or sends that were told apart would meet at the provider.
 */
export interface Previews {
  /** Resolves when the share's page was asked, or after a moment. */
  prepare(share: ShareId): Promise<void>
  /** What is known by now. */
  of(target: Target): Promise<LinkPreview | null>
}

interface PreviewDeps {
  readonly shares: Pick<ShareStore, 'get'>
  readonly unfurler: Pick<Unfurler, 'unfurl'>
}

export function createPreviews({ shares, unfurler }: PreviewDeps): Previews {
  const targets = new LRUCache<ShareId, Target>({ max: MAX_SHARES })

  async function targetOf(id: ShareId): Promise<Target | undefined> {
    const known = targets.get(id)
    if (known) return known
    const share = await shares.get(id)
    if (share) targets.set(id, share.target)
    return share?.target
  }

  return {
    async prepare(id) {
      const target = await targetOf(id)
      if (target) await previewOf(unfurler, target)
    },
    of: (target) => previewOf(unfurler, target, GLANCE_MS),
  }
}

/** Null too where the page takes longer than that. */
export async function previewOf(
  unfurler: Pick<Unfurler, 'unfurl'>,
  target: Target,
  waitMs = WAIT_MS,
): Promise<LinkPreview | null> {
  if (target.kind === 'phone') return null
  return within(waitMs, unfurler.unfurl(target.url)).catch(() => null)
}
