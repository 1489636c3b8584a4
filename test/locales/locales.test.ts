import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, test } from 'vitest'
import { LOCALES } from '#core/locale.ts'
import { en } from '#locales/en/index.ts'
import { type TextKey, textsFor } from '#locales/texts.ts'
import { zhCN } from '#locales/zh-CN/index.ts'

const catalogues = { en, 'zh-CN': zhCN } as Readonly<
  Record<string, Readonly<Record<string, string>>>
>
const keys = Object.keys(en) as TextKey[]

/** The names that a text asks to have filled in, at any depth of its choices. */
function namesIn(text: string, locale: string): string[] {
  const names = new Set<string>()
  const walk = (elements: readonly object[]): void => {
    for (const element of elements as readonly {
      readonly type: number
      readonly value?: string
      readonly options?: Readonly<Record<string, { readonly value: readonly object[] }>>
    }[]) {
      const literal = element.type === 0 || element.type === 7
      if (!literal && element.value !== undefined) names.add(element.value)
      for (const option of Object.values(element.options ?? {})) walk(option.value)
    }
  }
  walk(new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }).getAst())
  return [...names].sort()
}

describe.each(LOCALES)('the texts in %s', (locale) => {
  const catalogue = catalogues[locale] ?? {}

  test('are as many as in English, and none is empty', () => {
    expect(Object.keys(catalogue).sort()).toEqual([...keys].sort())
    expect(Object.entries(catalogue).filter(([, text]) => text.trim() === '')).toEqual([])
  })

  test('ask for the same values as in English', () => {
    for (const key of keys) {
      expect([key, namesIn(catalogue[key] ?? '', locale)]).toEqual([key, namesIn(en[key], 'en')])
    }
  })

  test('come out without a brace left', () => {
    const texts = textsFor(locale)
    for (const key of keys) {
      const values = Object.fromEntries(namesIn(en[key], 'en').map((name) => [name, 1]))
      expect([key, texts(key, values)]).toEqual([key, expect.not.stringMatching(/[{}]/)])
    }
  })
})

test('a value is shown as it is, whatever signs are in it', () => {
  const name = '{0} <b>’{name}’</b> #'
  expect(textsFor('en')('message.hello', { name })).toBe(`Hi ${name},`)
})
