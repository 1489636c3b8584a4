import { setTimeout as sleep } from 'node:timers/promises'
import type { SmtpSink } from '#test/services/smtp-sink.ts'

const COUNT_MS = 100
const LOOK_MS = 1_000

/** How many of the accepted deliveries are final, and how many are due and not final. */
export interface Standing {
  readonly final: number
  readonly open: number
}

/** Sees when something moves, while something that is due is not final. */
export interface Movement {
  /** Something more is accepted. */
  begin(): void
  /** What a look at all deliveries came to; more that is final than the last time is a movement. */
  saw(standing: Standing): void
  /** How long it is ago that something moved, ms; 0 while there is nothing to do. */
  stillMs(): number
  /** The longest time without a movement so far, ms, seen to a second or so; ends the watch. */
  longestStallMs(): number
}

/** A message at the mail server is a movement, and so is each delivery that becomes final. `look` calls `saw`. */
export function watchMovement(
  sink: SmtpSink,
  look: () => Promise<unknown>,
  over: AbortSignal,
): Movement {
  let going: boolean | undefined
  let busy = false
  let last = 0
  let longest = 0
  let received = 0
  let finals = 0

  const stillMs = (): number => (busy ? performance.now() - last : 0)
  const move = (): void => {
    longest = Math.max(longest, stillMs())
    last = performance.now()
  }
  const wake = (): void => {
    if (!busy) last = performance.now()
    busy = true
  }
  const watched = (): boolean => going === true && !over.aborted

  async function count(): Promise<void> {
    while (watched()) {
      const now = await sink.count()
      if (now > received) move()
      received = now
      await sleep(COUNT_MS)
    }
  }

  /** Rests as long as a look took: what is tested needs the machine, too. */
  async function lookAgain(): Promise<void> {
    while (watched()) {
      const begun = performance.now()
      await look().catch(() => undefined)
      await sleep(Math.max(LOOK_MS, performance.now() - begun))
    }
  }

  return {
    begin() {
      wake()
      if (going !== undefined) return
      going = true
      void count()
      void lookAgain()
    },
    saw({ final, open }) {
      if (final > finals) move()
      finals = Math.max(finals, final)
      if (open > 0) wake()
      else if (busy) {
        move()
        busy = false
      }
    },
    stillMs,
    longestStallMs() {
      going = false
      move()
      return longest
    },
  }
}
