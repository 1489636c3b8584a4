import type { ChatEvent, Intent } from '#ports/bot-platform.ts'

/** What happened elsewhere, of which a person is told in their private chat. */
export type News =
  /** They finished a link on a page. */
  { readonly kind: 'linked' } | { readonly kind: 'unlinked' }

/** What the conversation answers: what a person did, or what they must hear of. */
export interface Cause extends Omit<ChatEvent, 'intent'> {
  readonly intent: Intent | News
}
