import type { ReplyView } from '#engine/engine.ts'
import type { Page } from '#ports/store/page.ts'
import { channelIcon } from './channel-words.ts'
import { type Html, html } from './html.ts'
import { timeTag } from './time.ts'
import type { PageView } from './view.ts'

/** What recipients wrote back, the newest last, as one reads a conversation. */
export function replyList(view: PageView, { items, cursor }: Page<ReplyView>): Html | null {
  const t = view.texts
  if (items.length === 0) return null
  return html`<section class="replies" aria-labelledby="replies">
<h2 id="replies">${t('web.replies.title')}</h2>
${cursor !== null && html`<p class="muted">${t('web.replies.newest', { count: items.length })}</p>`}
<ol>${items.toReversed().map((reply) => replyItem(view, reply))}</ol>
</section>`
}

function replyItem(view: PageView, { recipient, name, channel, at, text }: ReplyView): Html {
  const t = view.texts
  const who = name ?? recipient ?? t('web.delivery.blanked')
  return html`<li class="reply">
<div class="who">${channelIcon(channel)}<span><strong>${who}</strong>
<span class="muted">${recipient !== null && recipient !== who && html`${recipient} · `}${timeTag(view, at)}</span></span></div>
${
  text
    ? html`<blockquote class="note">${text}</blockquote>`
    : html`<p class="muted">${t(text === null ? 'web.replies.blanked' : 'web.replies.empty')}</p>`
}
</li>`
}
