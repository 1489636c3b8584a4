import type { Locale } from '#core/locale.ts'
import type { ConsentChoice, ConsentView } from '#engine/engine.ts'
import { textsFor } from '#locales/texts.ts'
import { choicesFor } from '../consent-page.ts'
import { type Deck, type Line, texts } from './deck.ts'
import { loneDeck } from './link-decks.ts'

/** The recipient's own page. `path` is the page's own: WML knows no form without one. */
export function consentDeck(
  locale: Locale,
  consent: ConsentView,
  changed: boolean,
  path: string,
): Deck {
  const t = textsFor(locale)
  const sender = consent.senderName
  const button = (choice: ConsentChoice): Line => ({
    kind: 'choice',
    path,
    choice,
    label: t(`web.consent.choice.${choice}`, { sender }),
  })
  return {
    locale,
    title: t(`web.consent.title.${consent.stopped}`, { sender }),
    lines: [
      ...texts(
        changed && t('web.consent.saved'),
        t(`web.consent.body.${consent.stopped}`, { sender }),
        consent.address,
      ),
      ...choicesFor(consent).map(({ choice }) => button(choice)),
      ...texts(t(consent.untracked ? 'web.consent.tracking.off' : 'web.consent.tracking.on')),
      button(consent.untracked ? 'track' : 'untrack'),
    ],
  }
}

export function unknownConsentDeck(locale: Locale): Deck {
  const t = textsFor(locale)
  return loneDeck(locale, t('web.consent.unknown.title'), t('web.consent.unknown.body'))
}
