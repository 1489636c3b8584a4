import type { ShareView } from '#engine/engine.ts'
import type { Visit, VisitStats } from '#ports/store/visits.ts'
import { type Html, html } from './html.ts'
import { timeTag } from './time.ts'
import type { PageView } from './view.ts'

const HEIGHT = 80
const BAR = 18
/** Below the bars, for the first day and the last. */
const AXIS = 22
const MAX_DAYS = 31
const MIN_DAYS = 14
const DAY_MS = 86_400_000

type Day = VisitStats['days'][number]

/** Opens per day as bars, with the same figures as a table for those who do not see them. */
export function opensChart(view: PageView, stats: VisitStats): Html | null {
  const t = view.texts
  const days = withoutGaps(stats.days)
  if (days.length === 0) return null
  return html`<section class="opens-chart"><h2>${t('web.chart.title')}</h2>
${bars(view, days)}
<details><summary>${t('web.chart.table')}</summary><div class="tables">
<table><thead><tr><th scope="col">${t('web.chart.day')}</th><th scope="col">${t('web.chart.opens')}</th><th scope="col">${t('web.chart.other')}</th></tr></thead>
<tbody>${stats.days.slice(-MAX_DAYS).map((day) => html`<tr><th scope="row">${dayName(view, day.day)}</th><td>${day.human}</td><td>${day.other}</td></tr>`)}</tbody></table>
${
  stats.agents.length > 0 &&
  html`<table><thead><tr><th scope="col">${t('web.chart.agent')}</th><th scope="col">${t('web.chart.opens')}</th></tr></thead>
<tbody>${stats.agents.slice(0, 20).map(({ agent, human }) => html`<tr><th scope="row">${agent || t('web.chart.untracked')}</th><td>${human}</td></tr>`)}</tbody></table>`
}</div></details></section>`
}

function bars(view: PageView, days: readonly Day[]): Html {
  const peak = Math.max(1, ...days.map((day) => day.human))
  const width = days.length * BAR
  const height = HEIGHT + AXIS
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">${days.map(
    (day, i) => bar(view, day, i, peak),
  )}<text x="2" y="${height - 4}">${dayName(view, days[0]?.day)}</text><text x="${width - 2}" y="${height - 4}" text-anchor="end">${dayName(view, days.at(-1)?.day)}</text></svg>`
}

function bar(view: PageView, day: Day, i: number, peak: number): Html {
  const height = day.human === 0 ? 1 : Math.max(3, Math.round((day.human / peak) * HEIGHT))
  const label = `${dayName(view, day.day)}: ${day.human}`
  return html`<rect class="${day.human === 0 ? 'none' : 'bar'}" x="${i * BAR + 2}" y="${HEIGHT - height}" width="${BAR - 4}" height="${height}" rx="2"><title>${label}</title></rect>`
}

/** The days up to the newest visit, two weeks at least, those without a visit included. */
function withoutGaps(days: readonly Day[]): readonly Day[] {
  const last = days
    .map(({ day }) => day)
    .sort()
    .at(-1)
  const first = days.map(({ day }) => day).sort()[0]
  if (!first || !last) return []
  const known = new Map(days.map((day) => [day.day, day]))
  const end = Date.parse(last)
  const fewest = end - (MIN_DAYS - 1) * DAY_MS
  const most = end - (MAX_DAYS - 1) * DAY_MS
  const start = Math.max(Math.min(Date.parse(first), fewest), most)
  return Array.from({ length: Math.round((end - start) / DAY_MS) + 1 }, (_, i) => {
    const day = new Date(start + i * DAY_MS).toISOString().slice(0, 10)
    return known.get(day) ?? { day, human: 0, other: 0 }
  })
}

/** Days are counted in UTC. */
function dayName(view: PageView, day: string | undefined): string {
  if (!day) return ''
  const format = new Intl.DateTimeFormat(view.locale, { dateStyle: 'medium', timeZone: 'UTC' })
  return format.format(Date.parse(day))
}

/** The newest visits, each with what it was taken for. */
export function visitTable(
  view: PageView,
  share: ShareView,
  visits: readonly Visit[],
): Html | null {
  const t = view.texts
  if (visits.length === 0) return null
  const names = new Map(share.deliveries.map((d) => [d.id, d.name ?? d.recipient]))
  return html`<details class="visits"><summary>${t('web.visits.title')}</summary><div class="tables"><table>
<thead><tr><th scope="col">${t('web.visits.when')}</th><th scope="col">${t('web.visits.who')}</th><th scope="col">${t('web.visits.what')}</th><th scope="col">${t('web.chart.agent')}</th></tr></thead>
<tbody>${visits.map(
    (visit) =>
      html`<tr><td>${timeTag(view, visit.at)}</td><td>${visit.tracked ? (names.get(visit.delivery) ?? t('web.delivery.blanked')) : t('web.visits.unnamed')}</td><td>${t(`web.visitClass.${visit.class}`)}</td><td>${visit.tracked ? visit.agent : ''}</td></tr>`,
  )}</tbody></table></div></details>`
}
