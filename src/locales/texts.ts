import { IntlMessageFormat } from 'intl-messageformat'
import { en } from './en/index.ts'
import { zhCN } from './zh-CN/index.ts'

/** A key of the catalogue: `<domain>.<name>`. English is the reference; a test holds the others to it. */
export type TextKey = keyof typeof en
export type TextValues = Readonly<Record<string, string | number>>
/** Gives a text of the catalogue in one language, as plain text: escape it where it is shown. */
export type Texts = (key: TextKey, values?: TextValues) => string

const CATALOGUES: Readonly<Record<string, Readonly<Record<TextKey, string>>>> = {
  en,
  'zh-CN': zhCN,
}

/** Whether the catalogue has such a text. */
export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(en, key)
}

/**
 * What a foreseen error says, in the reader's language: its `reason` where that is a key of the catalogue, else
 * its message as it was thrown.
 */
export function sayError(
  error: {
    readonly message: string
    readonly reason?: string | undefined
    readonly values?: TextValues | undefined
  },
  texts: Texts,
): string {
  const { reason, values, message } = error
  return reason && isTextKey(reason) ? texts(reason, values) : message
}

const cache = new Map<string, Texts>()

/** The texts of a locale, in ICU message syntax with values filled in. */
export function textsFor(locale: string): Texts {
  const known = cache.get(locale)
  if (known) return known
  const texts = createTexts(locale)
  cache.set(locale, texts)
  return texts
}

function createTexts(locale: string): Texts {
  const catalogue = CATALOGUES[locale] ?? en
  const compiled = new Map<TextKey, IntlMessageFormat>()
  return (key, values = {}) => {
    let format = compiled.get(key)
    if (!format) {
      format = new IntlMessageFormat(catalogue[key], locale, undefined, { ignoreTag: true })
      compiled.set(key, format)
    }
    return String(format.format(values))
  }
}
