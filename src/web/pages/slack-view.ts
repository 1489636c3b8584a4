import type { RenderedSlack } from '#core/message/message.ts'
import { type Html, html } from './html.ts'
import { isWebUrl } from './link-pages.ts'

/** Slack's blocks: their texts in order, and their buttons. What has neither is left out. */
export function slackMessage({ text, blocks }: RenderedSlack): Html {
  const buttons = blocks.flatMap((block) => slackButtons(block.elements))
  const texts = blocks.filter((block) => block.type !== 'actions').flatMap(slackTexts)
  const lines = texts.length > 0 ? texts : [text]
  return html`${lines.map((line) => html`<p>${slackText(line)}</p>`)}
${buttons.length > 0 && html`<p class="keys">${buttons.map(slackButton)}</p>`}`
}

interface SlackButton {
  readonly label: string
  readonly url: string
}

function slackButtons(elements: unknown): SlackButton[] {
  if (!Array.isArray(elements)) return []
  return elements.flatMap((element: Readonly<Record<string, unknown>>) => {
    if (element.type !== 'button') return []
    const url = typeof element.url === 'string' ? element.url : ''
    return [{ label: slackTexts(element).join(' '), url }]
  })
}

function slackButton({ label, url }: SlackButton): Html {
  return isWebUrl(url)
    ? html`<a class="key" href="${url}" rel="noreferrer" target="_blank">${label}</a>`
    : html`<span class="key">${label}</span>`
}

function slackTexts(block: unknown): string[] {
  if (Array.isArray(block)) return block.flatMap(slackTexts)
  if (typeof block !== 'object' || block === null) return []
  const { text, fields, elements } = block as Record<string, unknown>
  const own = typeof text === 'string' ? [text] : slackTexts(text)
  return [...own, ...slackTexts(fields), ...slackTexts(elements)]
}

/** Quoted lines apart from the rest. */
function slackText(text: string): Html {
  const lines = text.split('\n').map((line, i) => {
    if (line.startsWith('>'))
      return html`<span class="quote">${mrkdwn(line.slice(1).trimStart())}</span>`
    return html`${i > 0 && '\n'}${mrkdwn(line)}`
  })
  return html`<span class="plain">${lines}</span>`
}

/** Slack's links, bold and escapes. */
function mrkdwn(text: string): Html {
  const parts = text.split(/<(https?:\/\/[^|>]+)(?:\|([^>]*))?>/)
  return html`${parts.map((part, i) => {
    if (i % 3 === 0) return bold(part)
    if (i % 3 === 2) return null
    const url = unescapeSlack(part)
    return html`<a href="${url}" rel="noreferrer" target="_blank">${unescapeSlack(parts[i + 1] ?? part)}</a>`
  })}`
}

function bold(text: string): Html {
  const parts = text.split(/(?<=^|\s)\*([^*\n]+)\*(?=\s|$|[.,:;!?])/)
  return html`${parts.map((part, i) => (i % 2 === 1 ? html`<strong>${unescapeSlack(part)}</strong>` : unescapeSlack(part)))}`
}

function unescapeSlack(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
