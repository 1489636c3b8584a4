import type { Rates } from '#ports/rates.ts'

/** Rates that are opened when they are first asked: they throw for as long as they cannot be, and may be later. */
export function createLateRates(open: () => Promise<Rates>): Rates {
  let opening: Promise<Rates> | undefined
  const opened = (): Promise<Rates> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }
  return {
    take: async (buckets, priority) => (await opened()).take(buckets, priority),
    pause: async (bucketKey, forMs) => (await opened()).pause(bucketKey, forMs),
    async close() {
      const rates = await opening?.catch(() => null)
      await rates?.close()
    },
  }
}
