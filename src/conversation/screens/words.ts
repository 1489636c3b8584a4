import type { ChannelName } from '#core/address.ts'
import type { Locale } from '#core/locale.ts'
import { costWords, moneyWords, type SpokenCost, timeWords } from '#core/sending-words.ts'
import type { Target } from '#core/target.ts'
import { shorten } from '#core/text.ts'
import type { Warning } from '#engine/engine.ts'
import { warningWords } from '#engine/warning-words.ts'
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
  return timeWords(seconds, texts)
}

/** What text messages take; null where there are none. */
export function costLine(cost: SpokenCost, { texts, locale }: Tongue): string | null {
  return costWords(cost, texts, (sum) => moneyWords(sum, locale)).join(' · ') || null
}

/** What a person should look at before sending. */
export function warningLine(warning: Warning, tongue: Tongue): string {
  return warningWords(warning, tongue.texts, (channel) => channelName(channel, tongue))
}
