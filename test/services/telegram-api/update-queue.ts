import type { GetUpdatesParams } from '@gramio/types/params'
import type { Update } from '@grammyjs/types'
import { REFUSALS, type Refusal } from './refusal.ts'

export type UpdateKind = Exclude<keyof Update, 'update_id'>

/** Left out until a bot asks for them. */
const NOT_BY_DEFAULT: ReadonlySet<string> = new Set<UpdateKind>([
  'chat_member',
  'message_reaction',
  'message_reaction_count',
])
/** As in `process_get_updates_query`: a poll that repeats its offset at once is held for so long. */
const REPEATED_MS = 3_000

interface Poll {
  readonly limit: number
  answer(updates: readonly Update[]): void
  refuse(refusal: Refusal): void
}

/** What a bot has not taken yet, in order. */
export class UpdateQueue {
  #next = 100_001
  #pending: Update[] = []
  #allowed: ReadonlySet<string> | null = null
  #poll: Poll | null = null
  #last = { offset: -1, at: -Infinity }
  readonly #listeners = new Set<() => void>()
  readonly #all: Update[] = []
  /** What answers hold in place of what they would: twice, in another order. */
  disturb: (updates: readonly Update[]) => readonly Update[] = (updates) => updates
  /** Polls that were ended since another one came. */
  conflicts = 0

  get pending(): readonly Update[] {
    return this.#pending
  }

  get allowed(): readonly string[] | null {
    return this.#allowed && [...this.#allowed]
  }

  /** Whether somebody waits for updates now. */
  get polled(): boolean {
    return this.#poll !== null
  }

  /** Null: the bot does not want such. */
  push<K extends UpdateKind>(kind: K, body: NonNullable<Update[K]>): Update | null {
    if (this.#allowed ? !this.#allowed.has(kind) : NOT_BY_DEFAULT.has(kind)) return null
    const update: Update = { update_id: this.#next++, [kind]: body }
    this.#pending.push(update)
    this.#all.push(update)
    this.#answerPoll()
    this.#changed()
    return update
  }

  /** Of all that there ever were. */
  byId(id: number): Update | undefined {
    return this.#all.find(({ update_id }) => update_id === id)
  }

  /** The newest one comes once more, as though it had not been taken. */
  again(): void {
    const last = this.#all.at(-1)
    if (!last) return
    this.#pending = [last, ...this.#pending.filter((one) => one !== last)]
    this.#answerPoll()
    this.#changed()
  }

  /** An empty list means what is sent by default. */
  allow(kinds: readonly string[] | undefined): void {
    if (kinds) this.#allowed = kinds.length > 0 ? new Set(kinds) : null
  }

  drop(id: number): void {
    this.#pending = this.#pending.filter(({ update_id }) => update_id !== id)
    this.#changed()
  }

  clear(): void {
    this.#pending = []
    this.#changed()
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** `closed`: the bot has hung up. */
  get(
    { offset = 0, limit = 100, timeout = 0 }: GetUpdatesParams,
    closed: AbortSignal,
  ): Promise<readonly Update[]> {
    this.#confirm(offset)
    if (this.#pending.length > 0) return Promise.resolve(this.#answer(limit))
    const waitMs = this.#waitMs(offset, timeout * 1_000)
    if (waitMs === 0) return Promise.resolve([])
    this.end(REFUSALS.otherPoller())
    return this.#wait(limit, waitMs, closed)
  }

  /** Ends the poll that is open. */
  end(refusal: Refusal): void {
    if (this.#poll) this.conflicts++
    this.#poll?.refuse(refusal)
    this.#poll = null
  }

  #waitMs(offset: number, ms: number): number {
    const now = performance.now()
    const repeated = offset === this.#last.offset && now < this.#last.at + REPEATED_MS
    this.#last = { offset, at: now }
    return repeated ? Math.max(ms, REPEATED_MS) : ms
  }

  #wait(limit: number, waitMs: number, closed: AbortSignal): Promise<readonly Update[]> {
    return new Promise((resolve, reject) => {
      const over = (): void => {
        if (this.#poll === poll) this.#poll = null
        clearTimeout(timer)
        closed.removeEventListener('abort', none)
      }
      const none = (): void => poll.answer([])
      const poll: Poll = {
        limit,
        answer(updates) {
          over()
          resolve(updates)
        },
        refuse(refusal) {
          over()
          reject(refusal)
        },
      }
      const timer = setTimeout(none, waitMs)
      closed.addEventListener('abort', none, { once: true })
      this.#poll = poll
      this.#changed()
    })
  }

  #confirm(offset: number): void {
    if (offset <= 0) return
    const before = this.#pending.length
    this.#pending = this.#pending.filter(({ update_id }) => update_id >= offset)
    if (this.#pending.length < before) this.#changed()
  }

  #answer(limit: number): readonly Update[] {
    return this.disturb(this.#pending.slice(0, limit))
  }

  #answerPoll(): void {
    this.#poll?.answer(this.#answer(this.#poll.limit))
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
