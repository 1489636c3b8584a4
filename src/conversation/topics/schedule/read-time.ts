import * as chrono from 'chrono-node'
import type { Locale } from '#core/locale.ts'
import { offsetAt, zonedInstant } from '#core/zoned-time.ts'

interface Here {
  readonly now: number
  readonly locale: Locale
  readonly timeZone: string
}

/** The instant that a text names, seen from now in the zone: `fri 18:30`, `tomorrow at 9`, `明天上午九点`. */
export function readTime(text: string, { now, locale, timeZone }: Here): number | null {
  const reference = { instant: new Date(now), timezone: offsetAt(now, timeZone) / 60_000 }
  const readers =
    locale === 'zh-CN' ? [chrono.zh.hans, chrono.en.GB] : [chrono.en.GB, chrono.zh.hans]
  for (const reader of readers) {
    const [found] = reader.parse(text, reference, { forwardDate: true })
    const at = found && instantOf(found.start, timeZone)
    if (at !== undefined) return at
  }
  return null
}

function instantOf(parts: chrono.ParsedComponents, timeZone: string): number | undefined {
  if (parts.isCertain('timezoneOffset')) return parts.date().getTime()
  const part = (name: chrono.Component): string => String(parts.get(name) ?? 0).padStart(2, '0')
  const hour = parts.isCertain('hour') ? part('hour') : '09'
  const minute = parts.isCertain('hour') ? part('minute') : '00'
  const year = String(parts.get('year') ?? 0).padStart(4, '0')
  return zonedInstant(`${year}-${part('month')}-${part('day')}T${hour}:${minute}`, timeZone)
}
