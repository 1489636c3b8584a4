import type { ShareId } from '#core/ids.ts'
import type { Screen } from '#ports/bot-platform.ts'
import type { Step } from './asks.ts'
import type { Place, Reply } from './state/reply.ts'
import type { State } from './state/state.ts'

/** What one event comes to: what is remembered from here on, and what is shown. */
export interface Answer {
  readonly state: State
  readonly replies: readonly Reply[]
  /** A short word for who pressed a button. */
  readonly toast: string | null
  /** Shares that were sent. */
  readonly shares: readonly ShareId[]
  /** What was asked for could not be done. */
  readonly refused: boolean
  /** What is shown must not be kept: the same event is answered anew. */
  readonly secret: boolean
}

/** A part of a dialogue. */
export type Dialogue = Step<Answer>

export function answer(state: State, ...replies: readonly Reply[]): Answer {
  return { state, replies, toast: null, shares: [], refused: false, secret: false }
}

/** Nothing is shown, and nothing changes. */
export function silence(state: State, toast: string | null = null): Answer {
  return { ...answer(state), toast }
}

/** Shows what opens an account to whoever reads it: nothing of it is stored. */
export function secretly(said: Answer): Answer {
  return { ...said, secret: true }
}

export function show(kind: Exclude<Place['kind'], 'status' | 'group'>, screen: Screen): Reply {
  return { place: { kind }, screen }
}

/** What was asked for could not be done, and a screen says why. */
export function refused(state: State, screen: Screen): Answer {
  return { ...answer(state, show('message', screen)), refused: true }
}
