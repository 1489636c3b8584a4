/** What a segment costs, by the longest number prefix that fits; `*` is the rest. */
export interface SmsPrice {
  readonly prefix: string
  readonly amount: number
  /** ISO 4217. */
  readonly currency: string
}

/** An amount of one currency (ISO 4217). */
export interface Money {
  readonly amount: number
  readonly currency: string
}

/** What messages to phone numbers take together. */
export interface SmsCost {
  readonly segments: number
  /** How many messages that are. */
  readonly messages: number
  /** One sum for each currency, in the order of the messages. */
  readonly prices: readonly Money[]
  /** Messages for which the table has no price; 0 where there is no table. */
  readonly unpriced: number
}

/** Amounts are summed to this part of a currency's unit: what gateways charge by has five digits at most. */
const AMOUNT_PARTS = 1_000_000

/** Adds up what messages cost, each currency by itself. `number` null: it is not known any more. */
export function costOf(
  prices: readonly SmsPrice[],
  messages: readonly { readonly number: string | null; readonly segments: number }[],
): SmsCost {
  const sums = new Map<string, number>()
  let unpriced = 0
  for (const { number, segments } of messages) {
    const price = number === null ? undefined : priceOf(prices, number, segments)
    if (price) sums.set(price.currency, (sums.get(price.currency) ?? 0) + price.amount)
    else if (prices.length > 0) unpriced += 1
  }
  return {
    segments: messages.reduce((total, { segments }) => total + segments, 0),
    messages: messages.length,
    prices: [...sums].map(([currency, sum]) => ({
      amount: Math.round(sum * AMOUNT_PARTS) / AMOUNT_PARTS,
      currency,
    })),
    unpriced,
  }
}

/** What so many segments to the number cost; undefined where no price fits. */
export function priceOf(
  prices: readonly SmsPrice[],
  number: string,
  segments: number,
): Money | undefined {
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
