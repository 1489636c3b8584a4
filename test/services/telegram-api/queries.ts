import type { AnswerCallbackQueryParams, AnswerInlineQueryParams } from '@gramio/types/params'
import { REFUSALS } from './refusal.ts'

/** What was asked of the bot and waits for its answer. */
export class Queries {
  readonly callbacks = new Waiting<AnswerCallbackQueryParams>()
  readonly inlines = new Waiting<AnswerInlineQueryParams>()

  get open(): readonly string[] {
    return [...this.callbacks.ids, ...this.inlines.ids]
  }

  /** Too old to be answered. */
  forget(): void {
    this.callbacks.clear()
    this.inlines.clear()
  }
}

class Waiting<A> {
  readonly #answers = new Map<string, (answer: A) => void>()

  get ids(): Iterable<string> {
    return this.#answers.keys()
  }

  /** Resolves with the answer. */
  wait(id: string): Promise<A> {
    return new Promise((resolve) => this.#answers.set(id, resolve))
  }

  answer(id: string, answer: A): true {
    const resolve = this.#answers.get(id)
    if (!resolve) throw REFUSALS.oldQuery()
    this.#answers.delete(id)
    resolve(answer)
    return true
  }

  clear(): void {
    this.#answers.clear()
  }
}
