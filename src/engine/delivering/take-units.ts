import { PassalongError } from '#core/errors.ts'
import type { Bucket, Rates, Taken } from '#ports/rates.ts'

/** Until rates that could not be asked are asked again. */
const RATES_AWAY_MS = 1_000

/** Where nobody can tell what the fleet may send, nothing is sent: that is a wait as any other. */
export async function takeUnits(rates: Rates, buckets: readonly Bucket[]): Promise<Taken> {
  try {
    return await rates.take(buckets)
  } catch (error) {
    const [first] = buckets
    if (!first || !(error instanceof PassalongError) || error.code !== 'unavailable') throw error
    return { ok: false, bucket: first.key, waitMs: RATES_AWAY_MS }
  }
}
