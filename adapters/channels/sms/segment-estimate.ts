import { priceOf, type SmsPrice } from '#core/sms-price.ts'
import type { Estimate } from '#ports/channel.ts'

/** What so many segments to the number take: a rate unit each, and what the operator's prices make of them. */
export function segmentEstimate(
  prices: readonly SmsPrice[],
  to: string,
  segments: number,
): Estimate {
  const price = priceOf(prices, to, segments)
  return { cost: segments, segments, ...(price ? { price } : {}) }
}
