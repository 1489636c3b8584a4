import type { InvitationQuestion } from '#engine/engine.ts'
import type { ChatEvent, Intent } from '#ports/bot-platform.ts'

/** What happened elsewhere, of which a person is told in their private chat. */
export type News =
  /** They finished a link on a page. */
  | { readonly kind: 'linked' }
  | { readonly kind: 'unlinked' }
  /** Somebody came by an invitation of theirs. */
  | { readonly kind: 'came'; readonly question: InvitationQuestion }

/** What the conversation answers: what a person did, or what they must hear of. */
export interface Cause extends Omit<ChatEvent, 'intent'> {
  readonly intent: Intent | News
}
