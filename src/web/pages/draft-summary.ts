import type { Draft, DraftRecipient, Warning } from '#engine/engine.ts'
import { costWords, savedWords } from '../cost-words.ts'
import { channelIcon } from './channel-words.ts'
import { type Html, html } from './html.ts'
import { icon } from './icons.ts'
import { banner } from './layout.ts'
import { money } from './money.ts'
import type { PageView } from './view.ts'

/** What would come of the form as it stands: who gets it and how, who does not, what to look at first. */
export function draftSummary(view: PageView, draft: Draft): Html {
  const t = view.texts
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
${draft.warnings.filter(isAboutThis).map((warning) => banner('warning', warningText(view, warning)))}
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
    ...costWords(estimate, view.texts, (sum) => money(view, sum)),
    ...(estimate.seconds > 5
      ? [view.texts('web.summary.time', { time: duration(view, estimate.seconds) })]
      : []),
  ]
  const saved = savedWords(estimate, view.texts)
  return html`${parts.length > 0 && html`<p class="muted">${parts.join(' · ')}</p>`}
${saved && html`<p class="muted">${saved}</p>`}`
}

/** Rounded up to what a person plans with: seconds, minutes, hours. */
function duration(view: PageView, seconds: number): string {
  if (seconds < 90) return view.texts('web.seconds', { count: Math.ceil(seconds) })
  if (seconds < 5400) return view.texts('web.minutes', { count: Math.ceil(seconds / 60) })
  return view.texts('web.hours', { count: Math.ceil(seconds / 3600) })
}

function warningText(view: PageView, warning: Warning): string {
  const t = view.texts
  switch (warning.code) {
    case 'homograph':
      return t('web.warning.homograph', { host: warning.host, ascii: warning.ascii })
    case 'misspelt_domain':
      return t('web.warning.misspelt', {
        recipient: warning.recipient,
        suggestion: warning.suggestion,
      })
    case 'doubtful_number':
      return t('web.warning.doubtfulNumber', { recipient: warning.recipient })
    case 'premium_number':
      return t('web.warning.premiumNumber', { number: warning.number })
    case 'wap_by_sms':
      return t('web.warning.wapBySms', { count: warning.count })
    case 'note_shortened':
      return t('web.warning.noteShortened', { count: warning.segments })
    case 'loopback_links':
      return t('web.warning.loopback')
    case 'connection_down':
      return t('web.warning.down', { channel: t(`web.channel.${warning.channel}`) })
    case 'takes_long':
      return t('web.warning.long', { time: duration(view, warning.seconds) })
    default:
      return warning satisfies never
  }
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
