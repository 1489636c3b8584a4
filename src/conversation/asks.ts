/**
 * How the dialogues, which do no I/O, get what they need: a step yields what it asks for, whoever runs it looks that
 * up and goes on with the answer, or throws the refusal into the step.
 */
import type { Account, Contact } from '#core/account.ts'
import type { PlatformUser, PlatformUserKey } from '#core/identity.ts'
import type { DeliveryId, ShareId } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'
import type { AcceptedShare, Draft, ShareRequest, ShareView } from '#engine/engine.ts'

/** An account that shares, in the language that its person is spoken to. */
export interface Sender extends Account {
  readonly locale: Locale
}

interface Ask<Of, Gives> {
  readonly of: Of
  readonly gives: Gives
}

/** Everything that a step may ask for. */
export interface Asks {
  draft: Ask<{ readonly sender: Sender; readonly request: ShareRequest }, Draft>
  accept: Ask<
    {
      readonly sender: Sender
      readonly request: ShareRequest
      readonly key: string
      readonly undo: boolean
    },
    AcceptedShare
  >
  share: Ask<{ readonly sender: Sender; readonly id: ShareId }, ShareView>
  'cancel-share': Ask<{ readonly sender: Sender; readonly id: ShareId }, ShareView>
  'recall-share': Ask<{ readonly sender: Sender; readonly id: ShareId }, ShareView>
  delivery: Ask<
    {
      readonly sender: Sender
      readonly id: DeliveryId
      readonly act: 'retry' | 'cancel' | 'recall'
    },
    unknown
  >
  recents: Ask<
    { readonly sender: Sender },
    readonly { readonly recipient: string; readonly name: string | null }[]
  >
  book: Ask<{ readonly sender: Sender }, readonly Contact[]>
  notes: Ask<{ readonly sender: Sender }, readonly string[]>
  'update-account': Ask<
    {
      readonly sender: Sender
      readonly change: { readonly locale?: Locale | null; readonly timeZone?: string | null }
    },
    Account
  >
  'begin-link': Ask<
    { readonly user: PlatformUser; readonly move: boolean },
    { readonly secret: string; readonly forMs: number }
  >
  'awaits-pin': Ask<{ readonly user: PlatformUserKey }, boolean>
  'finish-link': Ask<{ readonly user: PlatformUser; readonly pin: string }, Account>
  'may-create-account': Ask<object, boolean>
  'create-account': Ask<{ readonly user: PlatformUser; readonly locale: Locale }, Account>
}

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
