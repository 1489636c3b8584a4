import { LRUCache } from 'lru-cache'
import type { Pdu } from './codec.ts'

/** Requests that wait for their answers, by sequence number. */
export interface Pending {
  /** Waits for the answer no longer than it is told to; throws a {@link NoAnswer}. */
  wait(sequence: number, options: PendingOptions): Promise<Pdu>
  answer(pdu: Pdu): void
  /** No further answer comes. */
  end(reason: string): void
}

export interface PendingOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Takes an answer that comes after all. */
  readonly onLate?: ((pdu: Pdu) => void) | undefined
}

/** The request went out; whether it was taken is not known. */
export class NoAnswer extends Error {}

interface Waiting {
  readonly answered: (pdu: Pdu) => void
  readonly failed: (error: Error) => void
}

/** How long, and of how many requests, an answer is still listened for after its time; most never come. */
const LATE_MS = 10 * 60_000
const MOST_LATE = 1_000

export function createPending({ lateMs = LATE_MS, mostLate = MOST_LATE } = {}): Pending {
  const waiting = new Map<number, Waiting>()
  const late = new LRUCache<number, (pdu: Pdu) => void>({ max: mostLate, ttl: lateMs })

  return {
    wait(sequence, { timeoutMs, signal, onLate }) {
      const { promise, resolve, reject } = Promise.withResolvers<Pdu>()
      const forget = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        waiting.delete(sequence)
      }
      const giveUp = (why: string): void => {
        forget()
        if (onLate) late.set(sequence, onLate)
        reject(new NoAnswer(why))
      }
      const onAbort = (): void => giveUp('given up before it was answered')
      const timer = setTimeout(giveUp, timeoutMs, 'no answer in time')
      signal?.addEventListener('abort', onAbort)
      waiting.set(sequence, {
        answered(pdu) {
          forget()
          resolve(pdu)
        },
        failed(error) {
          forget()
          reject(error)
        },
      })
      return promise
    },
    answer(pdu) {
      const take = waiting.get(pdu.sequence)?.answered ?? late.get(pdu.sequence)
      late.delete(pdu.sequence)
      take?.(pdu)
    },
    end(reason) {
      for (const { failed } of [...waiting.values()]) failed(new NoAnswer(reason))
      late.clear()
    },
  }
}
