/** The languages that people are spoken to in; each has a catalogue in src/locales. */
export const LOCALES = ['en', 'zh-CN'] as const
export type Locale = (typeof LOCALES)[number]
/** Where nothing says which. */
export const DEFAULT_LOCALE: Locale = 'en'

/** The locale that a language tag means to us: any Chinese is `zh-CN`, English `en`; else undefined. */
export function localeOf(tag: string): Locale | undefined {
  const language = tag.trim().toLowerCase().split(/[-_]/)[0]
  if (language === 'zh') return 'zh-CN'
  return language === 'en' ? 'en' : undefined
}

/** The first locale that an `Accept-Language` header prefers and we have. */
export function acceptedLocale(header: string | undefined): Locale {
  const wanted = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((part, order) => {
      const [tag = '', ...parameters] = part.split(';')
      const quality = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find(Boolean)
      return { locale: localeOf(tag), quality: quality === undefined ? 1 : Number(quality), order }
    })
    .filter((entry) => entry.quality > 0)
    .sort((a, b) => b.quality - a.quality || a.order - b.order)
  return wanted.find((entry) => entry.locale)?.locale ?? DEFAULT_LOCALE
}
