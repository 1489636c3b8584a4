import { DEFAULT_LOCALE, type Locale, localeOf } from '#core/locale.ts'

/** The language of a terminal, by the variables that POSIX names, in their order. */
export function terminalLocale(env: Readonly<Record<string, string | undefined>>): Locale {
  const tag = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return localeOf(tag.split('.')[0] ?? '') ?? DEFAULT_LOCALE
}
