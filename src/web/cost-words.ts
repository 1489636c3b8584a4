import type { Money, SmsCost } from '#core/sms-price.ts'
import type { Texts } from '#locales/texts.ts'

/** What is to be said of a cost: of a draft or a share that was just accepted, or of one that stands. */
export type SpokenCost = SmsCost & { readonly atMost?: boolean }

/** Text messages, and where there is a price table what they cost and for how many it has no price. */
export function costWords(
  cost: SpokenCost,
  texts: Texts,
  money: (sum: Money) => string,
): readonly string[] {
  const { segments, messages, prices, unpriced } = cost
  if (segments === 0) return []
  const price = prices.map(money).join(' + ')
  return [
    texts(cost.atMost ? 'web.cost.atMost' : 'web.cost.segments', { count: segments }),
    ...(price ? [texts('web.cost.price', { price })] : []),
    ...(unpriced > 0 ? [texts('web.cost.unpriced', { count: unpriced, total: messages })] : []),
  ]
}

/** That quotes and dashes are written plainly, where that takes segments fewer. */
export function savedWords(
  { segments, saved }: { readonly segments: number; readonly saved: number },
  texts: Texts,
): string | null {
  return saved > 0 ? texts('web.cost.saved', { count: segments, without: segments + saved }) : null
}
