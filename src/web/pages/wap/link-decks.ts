import type { Locale } from '#core/locale.ts'
import type { Target } from '#core/target.ts'
import { type Texts, textsFor } from '#locales/texts.ts'
import type { Link } from '#ports/store/visits.ts'
import { hostOf, readableNumber } from '../link-pages.ts'
import { type Deck, type Line, texts } from './deck.ts'

/** What stands behind a recipient's link, where it is not a plain redirect. */
export function linkDeck(locale: Locale, link: Link): Deck {
  const t = textsFor(locale)
  const { target, note } = link
  return {
    locale,
    title: target.title || nameOf(target, t),
    lines: [
      ...texts(t('web.from', { sender: link.senderName })),
      ...(note ? [{ kind: 'note' as const, text: note }] : []),
      ...waysTo(target, t),
    ],
  }
}

function nameOf(target: Target, t: Texts): string {
  return target.kind === 'phone' ? t('web.call.title') : hostOf(target.url)
}

function waysTo(target: Target, t: Texts): readonly Line[] {
  switch (target.kind) {
    case 'page':
      return [{ kind: 'link', href: target.url, label: hostOf(target.url) }]
    case 'media':
      return [
        { kind: 'link', href: target.url, label: t(`web.watch.original.${target.media}`) },
        ...texts(hostOf(target.url)),
      ]
    case 'phone': {
      const { number, url } = target
      const code = target.postdial.replace(/^,+/, '')
      return [
        ...texts(readableNumber(target)),
        { kind: 'call', number, url, label: t('web.call.button') },
        ...texts(code && `${t('web.call.code')} ${code}`),
      ]
    }
    default:
      return target satisfies never
  }
}

export function notFoundDeck(locale: Locale): Deck {
  const t = textsFor(locale)
  return loneDeck(locale, t('web.unknownLink.title'), t('web.unknownLink.body'))
}

export function goneDeck(locale: Locale, why: 'expired' | 'recalled'): Deck {
  const t = textsFor(locale)
  return loneDeck(locale, t(`web.gone.${why}.title`), t(`web.gone.${why}.body`))
}

export function loneDeck(locale: Locale, title: string, body: string): Deck {
  return { locale, title, lines: texts(body) }
}
