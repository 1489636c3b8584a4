import type { ChannelName } from '#core/address.ts'
import type { Locale } from '#core/locale.ts'
import type { Money, SmsCost } from '#core/sms-price.ts'
import type { Target } from '#core/target.ts'
import { shorten } from '#core/text.ts'
import type { Warning } from '#engine/engine.ts'
import type { Texts } from '#locales/texts.ts'

/** What screens are written with. */
export interface Tongue {
  readonly texts: Texts
  readonly locale: Locale
}

/** A web address without what all have, shortened: the host comes first. */
export function briefUrl(url: string, max: number): string {
  return shorten(url.replace(/^https?:\/\/(?:www\.)?|\/$/gi, ''), max)
}

const MAX_PLACE = 60
const MAX_NAMED = 80

/** Where a target is: its address in brief, or the number with its access code. */
export function placeOf(target: Target): string {
  return target.kind === 'phone'
    ? `${target.number}${target.postdial}`
    : briefUrl(target.url, MAX_PLACE)
}

/** What a target is called where there is little room. */
export function nameOf(target: Target): string {
  return shorten(target.title || placeOf(target), MAX_NAMED)
}

/** A recipient as written, without the platform or the group that they came by. */
export function calledSo(recipient: string): string {
  return recipient.replace(/^#.*?: /, '').replace(/^(?:telegram|slack):(?=@)/, '')
}

export function channelName(channel: ChannelName, { texts }: Tongue): string {
  return texts(`chat.channel.${channel}`)
}

/** As long as people plan with: seconds, minutes, hours. */
export function duration(seconds: number, { texts }: Tongue): string {
  if (seconds < 90) return texts('chat.seconds', { count: Math.ceil(seconds) })
  if (seconds < 5_400) return texts('chat.minutes', { count: Math.ceil(seconds / 60) })
  return texts('chat.hours', { count: Math.ceil(seconds / 3_600) })
}

/** What text messages take; null where there are none. */
export function costLine(
  cost: SmsCost & { readonly atMost?: boolean },
  tongue: Tongue,
): string | null {
  if (cost.segments === 0) return null
  const price = cost.prices.map((sum) => money(sum, tongue)).join(' + ')
  const parts = [
    tongue.texts(cost.atMost ? 'chat.cost.atMost' : 'chat.cost.segments', { count: cost.segments }),
    price && tongue.texts('chat.cost.price', { price }),
    cost.unpriced > 0 &&
      tongue.texts('chat.cost.unpriced', { count: cost.unpriced, total: cost.messages }),
  ]
  return parts.filter(Boolean).join(' · ')
}

/** Prices of a segment are parts of a cent. */
function money({ amount, currency }: Money, { locale }: Tongue): string {
  const style = { style: 'currency', currency, maximumFractionDigits: 4 } as const
  return new Intl.NumberFormat(locale, style).format(amount)
}

/** What a person should look at before sending. */
export function warningLine(warning: Warning, tongue: Tongue): string {
  const { texts } = tongue
  switch (warning.code) {
    case 'homograph':
      return texts('chat.warning.homograph', { host: warning.host, ascii: warning.ascii })
    case 'misspelt_domain': {
      const { recipient, suggestion } = warning
      return texts('chat.warning.misspelt', { recipient, suggestion })
    }
    case 'doubtful_number':
      return texts('chat.warning.doubtful', { recipient: warning.recipient })
    case 'premium_number':
      return texts('chat.warning.premium', { number: warning.number })
    case 'wap_by_sms':
      return texts('chat.warning.wapBySms', { count: warning.count })
    case 'note_shortened':
      return texts('chat.warning.noteShortened', { count: warning.segments })
    case 'loopback_links':
      return texts('chat.warning.loopback')
    case 'connection_down':
      return texts('chat.warning.down', { channel: channelName(warning.channel, tongue) })
    case 'takes_long':
      return texts('chat.warning.long', { time: duration(warning.seconds, tongue) })
    default:
      return warning satisfies never
  }
}
