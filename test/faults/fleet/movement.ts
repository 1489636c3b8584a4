import type { SmtpSink } from '#test/services/smtp-sink.ts'

const LOOK_MS = 100

/** Sees when something moves, from the first acceptance on. */
export interface Movement {
  /** From here there is something to do; again and again does no harm. */
  begin(): void
  /** So much is final; more than the last time is a movement. */
  moved(final: number): void
  /** How long it is ago that something moved, ms. */
  stillMs(): number
  /** The longest time without a movement so far, ms; ends the watch. */
  longestStallMs(): number
}

/** A message at the mail server is a movement, and so is each delivery that becomes final. */
export function watchMovement(sink: SmtpSink, over: AbortSignal): Movement {
  let timer: NodeJS.Timeout | undefined
  let last = 0
  let longest = 0
  let received = 0
  let finals = 0
  over.addEventListener('abort', () => clearInterval(timer))
  const move = (): void => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  return {
    begin() {
      if (timer) return
      last = performance.now()
      timer = setInterval(async () => {
        const count = await sink.count()
        if (count > received) move()
        received = count
      }, LOOK_MS)
    },
    moved(final) {
      if (final > finals) move()
      finals = final
    },
    stillMs: () => performance.now() - last,
    longestStallMs() {
      clearInterval(timer)
      move()
      return longest
    },
  }
}
