import type { Locale } from '#core/locale.ts'
import type { ConsentView } from '#engine/engine.ts'
import { textsFor } from '#locales/texts.ts'
import { type Fragment, type Html, html } from './html.ts'
import { publicPage } from './layout.ts'
import { lonePage } from './link-pages.ts'

/**
 * The recipient's own page: who may write to them, and whether opens are named. Its forms post to the page's
 * own address, so that the token stands nowhere in it.
 */
export function consentPage(locale: Locale, consent: ConsentView, changed: boolean): string {
  const t = textsFor(locale)
  const sender = consent.senderName
  const heading = t(`web.consent.title.${consent.stopped}`, { sender })
  return publicPage(
    { locale, texts: t },
    {
      title: t('web.consent.title'),
      body: html`<article class="card">
${changed && html`<p class="changed" role="status">${t('web.consent.saved')}</p>`}
<h1>${heading}</h1>
<p>${t(`web.consent.body.${consent.stopped}`, { sender })}
${consent.address && html`<br><span class="muted">${consent.address}</span>`}</p>
<form method="post" class="stack">${choicesFor(consent).map(({ choice, kind }) =>
        choiceButton(choice, kind, t(`web.consent.choice.${choice}`, { sender })),
      )}</form>
<hr>
<h2>${t('web.consent.tracking.title')}</h2>
<p>${t(consent.untracked ? 'web.consent.tracking.off' : 'web.consent.tracking.on')}</p>
<form method="post">${
        consent.untracked
          ? choiceButton('track', '', t('web.consent.choice.track'))
          : choiceButton('untrack', '', t('web.consent.choice.untrack'))
      }</form>
</article>`,
    },
  )
}

export function unknownConsentPage(locale: Locale): string {
  const t = textsFor(locale)
  return lonePage(locale, t('web.consent.unknown.title'), t('web.consent.unknown.body'))
}

type StopChoice = 'stop-all' | 'stop-sender' | 'resume'

/** What may be chosen now, the likely one first. */
export function choicesFor(consent: ConsentView): readonly { choice: StopChoice; kind: string }[] {
  switch (consent.stopped) {
    case 'no':
      return [
        { choice: 'stop-all', kind: 'primary' },
        { choice: 'stop-sender', kind: '' },
      ]
    case 'all':
      return [
        { choice: 'resume', kind: '' },
        { choice: 'stop-sender', kind: '' },
      ]
    case 'sender':
      return [
        { choice: 'resume', kind: '' },
        { choice: 'stop-all', kind: '' },
      ]
    default:
      return consent.stopped satisfies never
  }
}

function choiceButton(choice: string, kind: string, label: Fragment): Html {
  return html`<button name="choice" value="${choice}" class="${kind}">${label}</button>`
}
