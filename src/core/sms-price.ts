/** What a segment costs, by the longest number prefix that fits; `*` is the rest. */
export interface SmsPrice {
  readonly prefix: string
  readonly amount: number
  /** ISO 4217. */
  readonly currency: string
}

/** What so many segments to the number cost; undefined where no price fits. */
export function priceOf(
  prices: readonly SmsPrice[],
  number: string,
  segments: number,
): { readonly amount: number; readonly currency: string } | undefined {
  const price = longestPrefix(prices, number)
  return price && { amount: price.amount * segments, currency: price.currency }
}

/** The rule with the longest prefix that the number starts with; `*` fits every number. */
export function longestPrefix<T extends { readonly prefix: string }>(
  rules: readonly T[],
  number: string,
): T | undefined {
  const fitting = rules.filter(({ prefix }) => prefix === '*' || number.startsWith(prefix))
  return fitting.reduce<T | undefined>(
    (best, rule) => (best && lengthOf(best.prefix) >= lengthOf(rule.prefix) ? best : rule),
    undefined,
  )
}

function lengthOf(prefix: string): number {
  return prefix === '*' ? 0 : prefix.length
}
