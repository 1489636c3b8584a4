import type { Money } from '#core/sms-price.ts'
import type { PublicView } from './view.ts'

/** An amount as the reader's language writes it. Prices of a segment are parts of a cent, so four digits stand. */
export function money({ locale }: Pick<PublicView, 'locale'>, { amount, currency }: Money): string {
  const style = { style: 'currency', currency, maximumFractionDigits: 4 } as const
  return new Intl.NumberFormat(locale, style).format(amount)
}
