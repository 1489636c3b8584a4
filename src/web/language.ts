import type { Account } from '#core/account.ts'
import { acceptedLocale, LOCALES, type Locale } from '#core/locale.ts'
import { textsFor } from '#locales/texts.ts'
import type { WebMiddleware, WebState } from './context.ts'

export const LANGUAGE_COOKIE = 'passalong.lang'

/** The reader's choice (cookie), then what the browser asks for. Sets no cookie. */
export function language(): WebMiddleware {
  return async (ctx, next) => {
    const chosen = chosenLocale(ctx.get('cookie'))
    setLocale(ctx.state, chosen ?? acceptedLocale(ctx.get('accept-language')))
    await next()
  }
}

/** An account's own language holds where the reader chose none in this browser. */
export function accountLanguage(state: WebState, account: Account, cookies: string): void {
  if (account.locale && !chosenLocale(cookies)) setLocale(state, account.locale)
}

function setLocale(state: WebState, locale: Locale): void {
  state.locale = locale
  state.texts = textsFor(locale)
}

function chosenLocale(cookies: string): Locale | undefined {
  const value = /(?:^|;\s*)passalong\.lang=([^;\s]{1,16})/.exec(cookies)?.[1]
  return LOCALES.find((locale) => locale === value)
}
