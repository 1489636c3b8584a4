import { wallClock } from '#core/zoned-time.ts'
import { type Html, html } from './html.ts'
import type { PageView } from './view.ts'

/** A moment as the reader's language and zone write it, exact for programs. */
export function timeTag(view: PageView, instant: number): Html {
  return html`<time datetime="${new Date(instant).toISOString()}">${readableTime(view, instant)}</time>`
}

/** A span that is told in advance: whole days, hours or minutes. */
export function durationText({ texts }: PageView, ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 90) return texts('span.minutes', { count: minutes })
  const hours = Math.round(minutes / 60)
  if (hours < 48) return texts('span.hours', { count: hours })
  return texts('span.days', { count: Math.round(hours / 24) })
}

/** Today's moments by the clock alone, others with their day. */
function readableTime(view: PageView, instant: number): string {
  const { locale, timeZone, now } = view
  const today = wallClock(instant, timeZone).slice(0, 10) === wallClock(now, timeZone).slice(0, 10)
  return new Intl.DateTimeFormat(locale, {
    ...(today ? {} : { year: 'numeric', month: 'short', day: 'numeric' }),
    ...(view.zoneKnown ? {} : { timeZoneName: 'short' }),
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
  }).format(instant)
}
