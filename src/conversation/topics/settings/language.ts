import { LOCALES, type Locale, localeOf } from '#core/locale.ts'
import { textsFor } from '#locales/texts.ts'
import { answer, type Dialogue, show } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { said } from '../../screens/rich.ts'
import { languageScreen } from '../../screens/settings.ts'
import type { State } from '../../state/state.ts'

/** `/lang`, with a language or without. */
export function* language(facts: Facts, state: State, wanted: string): Dialogue {
  const named = namedLocale(wanted)
  if (named === undefined) return answer(state, show('message', languageScreen(facts)))
  return yield* setLanguage(facts, state, named, 'message')
}

/** As a button names it; anything else: as the platform says. */
export function pressedLanguage(facts: Facts, state: State, arg: string): Dialogue {
  return setLanguage(facts, state, LOCALES.find((locale) => locale === arg) ?? null, 'instead')
}

/** Null: as the platform says. */
function* setLanguage(
  facts: Facts,
  state: State,
  locale: Locale | null,
  place: 'message' | 'instead',
): Dialogue {
  const { sender, event } = facts
  if (sender) yield* ask('update-account', { sender, change: { locale } })
  const texts = textsFor(locale ?? event.locale ?? facts.locale)
  return answer({ ...state, locale }, show(place, said(texts('chat.lang.done'))))
}

const NAMES: readonly (readonly [RegExp, Locale])[] = [
  [/^(?:english|英文|英语|英語)$/i, 'en'],
  [/^(?:chinese|中文|汉语|漢語|简体中文)$/i, 'zh-CN'],
]

function namedLocale(written: string): Locale | undefined {
  const name = written.trim()
  return NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? localeOf(name)
}
