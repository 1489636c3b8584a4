/** Lets acts of one key rest between each other: those that are asked for meanwhile come to one. */
export interface Pacer {
  /** `act` returns how long it must not be done again, in milliseconds; it is then done once more. 0: it is done. */
  ask(key: string, act: () => Promise<number>): void
  stop(): void
}

interface Paced {
  act: (() => Promise<number>) | null
  timer: NodeJS.Timeout | undefined
}

/** Keys at rest are forgotten. */
export function createPacer(options: { restMs: number; onFault(error: unknown): void }): Pacer {
  const all = new Map<string, Paced>()
  let stopped = false

  async function perform(key: string, paced: Paced): Promise<void> {
    const { act } = paced
    paced.act = null
    if (!act || stopped) {
      all.delete(key)
      return
    }
    const wait = await act().catch((error) => {
      options.onFault(error)
      return 0
    })
    if (wait > 0) paced.act ??= act
    if (stopped) return
    paced.timer = setTimeout(() => void perform(key, paced), Math.max(wait, options.restMs))
  }

  return {
    ask(key, act) {
      if (stopped) return
      const paced = all.get(key)
      if (paced) {
        paced.act = act
        return
      }
      const fresh: Paced = { act, timer: undefined }
      all.set(key, fresh)
      void perform(key, fresh)
    },
    stop() {
      stopped = true
      for (const { timer } of all.values()) clearTimeout(timer)
      all.clear()
    },
  }
}
