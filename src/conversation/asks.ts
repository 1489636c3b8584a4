/**
 * How dialogues, which do no I/O, get what they need: a step yields what it asks for; who runs it looks that up and
 * goes on with the answer, or throws the refusal into the step.
 */
import type { Account, Contact } from '#core/account.ts'
import type { PlatformUser, PlatformUserKey } from '#core/identity.ts'
import type { DeliveryId, ShareId } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'
import type {
  AcceptedShare,
  Confirmed,
  ContactInput,
  Draft,
  InvitationAnswer,
  LinkOffer,
  LinkPin,
  ShareRequest,
  ShareView,
  WaitingShare,
} from '#engine/engine.ts'
import type { Page, PageRequest } from '#ports/store/page.ts'
import type { ShareSummary } from '#ports/store/shares.ts'

/** An account that shares, in the language that its person is spoken to. */
export interface Sender extends Account {
  readonly locale: Locale
}

/** What one thing is asked by, and what it is answered with. */
interface Ask<Of, Gives> {
  readonly of: Of
  readonly gives: Gives
}

interface By {
  readonly sender: Sender
}
interface OfShare extends By {
  readonly id: ShareId
}
interface OfDelivery extends By {
  readonly id: DeliveryId
}
interface OfUser {
  readonly user: PlatformUser
}

/** How something is sent. */
interface Sending extends By {
  /** Sends once, however often it is asked for. */
  readonly key: string
  /** Held for a while, so that it can be taken back. */
  readonly undo: boolean
}

interface AsksOfSharing {
  draft: Ask<By & { readonly request: ShareRequest }, Draft>
  accept: Ask<Sending & { readonly request: ShareRequest }, AcceptedShare>
  extend: Ask<
    Sending & {
      readonly id: ShareId
      readonly recipients: readonly string[]
      readonly partial: boolean
      readonly replaces: DeliveryId | null
    },
    AcceptedShare
  >
  share: Ask<OfShare, ShareView>
  shares: Ask<By & { readonly page: PageRequest }, Page<ShareSummary>>
  'cancel-share': Ask<OfShare, ShareView>
  'recall-share': Ask<OfShare, ShareView>
  'retry-one': Ask<OfDelivery, unknown>
  'cancel-one': Ask<OfDelivery, unknown>
  'recall-one': Ask<OfDelivery, unknown>
  recents: Ask<By, readonly { readonly recipient: string; readonly name: string | null }[]>
}

interface AsksOfAccounts {
  'update-account': Ask<
    By & {
      readonly change: { readonly locale?: Locale | null; readonly timeZone?: string | null }
    },
    Account
  >
  book: Ask<By, readonly Contact[]>
  'add-contact': Ask<By & { readonly input: ContactInput }, Contact>
  'replace-contact': Ask<By & { readonly id: string; readonly input: ContactInput }, Contact>
  'remove-contact': Ask<By & { readonly id: string }, void>
  notes: Ask<By, readonly string[]>
  'set-notes': Ask<By & { readonly notes: readonly string[] }, void>
}

interface AsksOfLinking {
  'begin-link': Ask<
    OfUser & { readonly move: boolean },
    { readonly secret: string; readonly forMs: number }
  >
  'awaits-pin': Ask<{ readonly user: PlatformUserKey }, boolean>
  'finish-link': Ask<OfUser & { readonly pin: string }, Account>
  'link-offer': Ask<OfUser & { readonly secret: string }, LinkOffer | null>
  'agree-link': Ask<OfUser & { readonly secret: string; readonly move: boolean }, LinkPin>
  'may-create-account': Ask<null, boolean>
  'create-account': Ask<OfUser & { readonly locale: Locale }, Account>
  unlink: Ask<OfUser & By, boolean>
  /** Nobody would come to the account any more without this chat. */
  'is-last-way-in': Ask<OfUser & By, boolean>
  'sign-in-ticket': Ask<By, { readonly ticket: string; readonly forMs: number }>
}

interface AsksOfReaching {
  waiting: Ask<OfUser & { readonly limit: number }, readonly WaitingShare[]>
  'show-waiting': Ask<OfUser, number>
  choose: Ask<OfUser & { readonly choice: 'stop' | 'resume' }, void>
  'has-stopped': Ask<OfUser, boolean>
  'come-by': Ask<OfUser & { readonly invitation: string }, InvitationAnswer>
  invite: Ask<OfDelivery, string>
  confirm: Ask<OfDelivery & { readonly ref: string; readonly yes: boolean }, Confirmed>
  'hand-over': Ask<OfDelivery, { readonly text: string; readonly link: string }>
  'handed-over': Ask<OfDelivery, void>
  'take-offer': Ask<By & { readonly token: string }, ShareView | null>
}

/** Everything that a step may ask for. */
export interface Asks extends AsksOfSharing, AsksOfAccounts, AsksOfLinking, AsksOfReaching {}

export type AskKind = keyof Asks

/** One thing that is asked for. */
export type Asked = {
  readonly [K in AskKind]: { readonly kind: K; readonly of: Asks[K]['of'] }
}[AskKind]

/** A dialogue's step: yields what it asks for, returns what it comes to. */
export type Step<T> = Generator<Asked, T, unknown>

/** Asks, within a step, by `yield*`. Throws the refusal where there is one. */
export function* ask<K extends AskKind>(kind: K, of: Asks[K]['of']): Step<Asks[K]['gives']> {
  return (yield { kind, of } as Asked) as Asks[K]['gives']
}

/** What answers. */
export type Desk = {
  readonly [K in AskKind]: (of: Asks[K]['of']) => Promise<Asks[K]['gives']>
}

/** Runs a step to its end. */
export async function run<T>(step: Step<T>, desk: Desk): Promise<T> {
  let next = step.next()
  while (!next.done) next = await goOn(step, next.value, desk)
  return next.value
}

async function goOn<T>(step: Step<T>, asked: Asked, desk: Desk): Promise<IteratorResult<Asked, T>> {
  let given: unknown
  try {
    given = await answerTo(asked, desk)
  } catch (refusal) {
    return step.throw(refusal)
  }
  return step.next(given)
}

function answerTo<K extends AskKind>(
  { kind, of }: { readonly kind: K; readonly of: Asks[K]['of'] },
  desk: Desk,
): Promise<Asks[K]['gives']> {
  return desk[kind](of)
}
