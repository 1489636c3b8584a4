import type { ApiMethod } from './methods.ts'
import type { Refusal } from './refusal.ts'

/** What befalls a request. */
export type Fault =
  | { readonly refuse: Refusal }
  /** From something before Telegram: no JSON. */
  | { readonly html: number }
  /** The connection is cut before anything happens, or after all has and before the answer. */
  | { readonly cut: 'before' | 'after' }
  /** Answered later, in ms. */
  | { readonly slow: number }

/** Which requests it befalls; left out: any. */
export interface Aim {
  readonly method?: ApiMethod
  readonly chat?: number
  /** 1. */
  readonly times?: number
}

interface Aimed extends Aim {
  readonly fault: Fault
  left: number
}

export class Faults {
  readonly #aimed: Aimed[] = []

  add(fault: Fault, aim: Aim = {}): void {
    this.#aimed.push({ ...aim, fault, left: aim.times ?? 1 })
  }

  /** No more of any. */
  clear(): void {
    this.#aimed.length = 0
  }

  take(method: ApiMethod, chat: unknown): Fault | null {
    const aimed = this.#aimed.find(
      (one) =>
        one.left > 0 &&
        (one.method ?? method) === method &&
        (one.chat === undefined || one.chat === Number(chat)),
    )
    if (!aimed) return null
    aimed.left--
    return aimed.fault
  }
}
