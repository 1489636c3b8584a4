import type { Locale } from '#core/locale.ts'
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
    texts(cost.atMost ? 'cost.atMost' : 'cost.segments', { count: segments }),
    ...(price ? [texts('cost.price', { price })] : []),
    ...(unpriced > 0 ? [texts('cost.unpriced', { count: unpriced, total: messages })] : []),
  ]
}

/** That quotes and dashes are written plainly, where that takes segments fewer. */
export function savedWords(
  { segments, saved }: { readonly segments: number; readonly saved: number },
  texts: Texts,
): string | null {
  return saved > 0 ? texts('cost.saved', { count: segments, without: segments + saved }) : null
}

/** An amount as the reader's language writes it. Prices of a segment are parts of a cent, so four digits stand. */
export function moneyWords({ amount, currency }: Money, locale: Locale): string {
  const style = { style: 'currency', currency, maximumFractionDigits: 4 } as const
  return new Intl.NumberFormat(locale, style).format(amount)
}

/** Rounded up to what a person plans with: seconds, minutes, hours. */
export function timeWords(seconds: number, texts: Texts): string {
  if (seconds < 90) return texts('span.seconds', { count: Math.ceil(seconds) })
  if (seconds < 5_400) return texts('span.minutes', { count: Math.ceil(seconds / 60) })
  return texts('span.hours', { count: Math.ceil(seconds / 3_600) })
}
