import type { RejectedRecipient } from '#core/errors.ts'
import type { Draft as Outlook } from '#engine/engine.ts'
import type { Draft } from '../../state/draft.ts'
import type { Tongue } from '../words.ts'

/** What a card of a draft is made of. */
export interface DraftView extends Tongue {
  readonly draft: Draft
  /** What would come of it: one for each link. */
  readonly outlooks: readonly Outlook[]
  /** Who was not understood, or cannot be reached, and why. */
  readonly rejected: readonly RejectedRecipient[]
  readonly timeZone: string | null
  readonly now: number
  /** Something that has to be said first: why it is asked again. */
  readonly fault: string | null
}

/** Somebody who is offered as a recipient. */
export interface Candidate {
  readonly label: string
  /** In canonical writing. */
  readonly as: string
}

/** A share of its own, not people for one that stands: only of that may more be changed. */
export function isNew({ draft }: Pick<DraftView, 'draft'>): boolean {
  return draft.addTo === null
}
