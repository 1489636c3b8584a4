import type { ChannelName } from '#core/address.ts'
import { costWords, moneyWords, savedWords, timeWords } from '#core/sending-words.ts'
import type { Draft, DraftRecipient, Warning } from '#engine/engine.ts'
import { warningWords } from '#engine/warning-words.ts'
import { channelIcon } from './channel-words.ts'
import { type Html, html } from './html.ts'
import { icon } from './icons.ts'
import { banner } from './layout.ts'
import type { PageView } from './view.ts'

/** What would come of the form as it stands: who gets it and how, who does not, what to look at first. */
export function draftSummary(view: PageView, draft: Draft): Html {
  const t = view.texts
  const nameOf = (channel: ChannelName): string => t(`web.channel.${channel}`)
  const kept = draft.recipients.some(({ via }) => via === 'outbox')
  return html`<section class="card summary">
<h2>${t('web.summary.title', { count: draft.recipients.length })}</h2>
${draft.recipients.length > 0 && chips(view, draft.recipients)}
${
  draft.rejected.length > 0 &&
  html`<ul class="rejected">${draft.rejected.map(
    ({ recipient, detail }) =>
      html`<li>${icon('failed')}<span><strong>${recipient}</strong> ${detail}</span></li>`,
  )}</ul>`
}
${kept && html`<p class="kept">${icon('kept')}${t('web.summary.kept')}</p>`}
${estimateLines(view, draft)}
${draft.warnings.filter(isAboutThis).map((warning) => banner('warning', warningWords(warning, view.texts, nameOf)))}
</section>`
}

/** What holds for every share stands above the page already. */
function isAboutThis({ code }: Warning): boolean {
  return code !== 'loopback_links' && code !== 'connection_down'
}

/** Large groups are cut: the count stands above. */
const CHIPS = 60

function chips(view: PageView, recipients: readonly DraftRecipient[]): Html {
  const more = recipients.length - CHIPS
  return html`<ul class="chips">${recipients.slice(0, CHIPS).map((recipient) => chip(view, recipient))}
${more > 0 && html`<li class="chip">${view.texts('web.summary.more', { count: more })}</li>`}</ul>`
}

function chip(view: PageView, recipient: DraftRecipient): Html {
  const { name, address, via } = recipient
  const channel = view.texts(`web.channel.${address.channel}`)
  return html`<li class="chip${via === 'outbox' && ' kept'}" title="${channel}">${channelIcon(address.channel)}<span>${name ? html`<strong>${name}</strong> ${address.value}` : address.value}</span><span class="via">${channel}</span></li>`
}

function estimateLines(view: PageView, { estimate }: Draft): Html {
  const parts = [
    ...costWords(estimate, view.texts, (sum) => moneyWords(sum, view.locale)),
    ...(estimate.seconds > 5
      ? [view.texts('web.summary.time', { time: timeWords(estimate.seconds, view.texts) })]
      : []),
  ]
  const saved = savedWords(estimate, view.texts)
  return html`${parts.length > 0 && html`<p class="muted">${parts.join(' · ')}</p>`}
${saved && html`<p class="muted">${saved}</p>`}`
}

/** Warnings that are questions: the form is sent only after they were seen. Empty where there are none. */
export function questionsOf(draft: Draft): string {
  return draft.warnings
    .flatMap((warning) => {
      if (warning.code === 'homograph') return [`homograph:${warning.ascii}`]
      return warning.code === 'misspelt_domain' ? [`misspelt:${warning.recipient}`] : []
    })
    .join(' ')
    .slice(0, 4000)
}
