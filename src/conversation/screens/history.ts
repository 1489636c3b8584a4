import type { DeliveryState } from '#core/delivery.ts'
import { shorten } from '#core/text.ts'
import type { Screen } from '#ports/bot-platform.ts'
import type { Page } from '#ports/store/page.ts'
import type { ShareSummary } from '#ports/store/shares.ts'
import { blocks, bold, button, line, lines, rows } from './rich.ts'
import { type TimeView, whenWords } from './time.ts'
import { nameOf } from './words.ts'

const MAX_LABEL = 28

/** Shares, newest first, each to be looked at. */
export function historyScreen(
  view: TimeView,
  { items, cursor }: Page<ShareSummary>,
  later: boolean,
): Screen {
  const { texts } = view
  if (items.length === 0) {
    return { body: blocks(texts(later ? 'chat.history.end' : 'chat.history.none')), buttons: [] }
  }
  return {
    body: blocks(texts('chat.history.title'), ...items.map((item) => summaryLines(view, item))),
    buttons: [
      ...rows(
        items.map(({ share }) =>
          button(shorten(nameOf(share.target), MAX_LABEL), {
            ...{ on: 'share', id: share.id, act: 'show', arg: 'new' },
          }),
        ),
        2,
      ),
      ...(cursor === null
        ? []
        : [[button(texts('chat.history.older'), { on: 'menu', act: 'history', arg: cursor })]]),
    ],
  }
}

function summaryLines(view: TimeView, { share, states, total, opened }: ShareSummary) {
  const { texts } = view
  const count = (...of: DeliveryState[]): number =>
    of.reduce((sum, state) => sum + (states[state] ?? 0), 0)
  const pending = count('scheduled', 'queued', 'sending', 'waiting')
  const failed = count('failed', 'unknown', 'suppressed')
  const counts = [
    texts('chat.history.people', { count: total }),
    opened > 0 && texts('chat.tally.opened', { count: opened }),
    pending > 0 && texts('chat.tally.pending', { count: pending }),
    failed > 0 && texts('chat.tally.failed', { count: failed }),
  ]
  return lines(
    line(bold(nameOf(share.target))),
    [whenWords(share.createdAt, view), ...counts].filter(Boolean).join(' · '),
  )
}
