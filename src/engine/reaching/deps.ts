import type { InvitationQuestion, Sharing } from '../engine.ts'
import type { SharingDeps } from '../sharing/deps.ts'

/** What reaching people stands on: as sharing, with what that is asked for. */
export interface ReachingDeps extends SharingDeps {
  readonly sharing: Pick<Sharing, 'get'>
  /** A delivery of the share changed. */
  onChange(): void
}

/** Asks the senders that listen in this process. */
export type AskSender = (question: InvitationQuestion) => void
