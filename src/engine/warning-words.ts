import type { ChannelName } from '#core/address.ts'
import { timeWords } from '#core/sending-words.ts'
import type { Texts } from '#locales/texts.ts'
import type { Warning } from './engine.ts'

/** What a person should look at before sending. `nameOf`: what a channel is called where it is said. */
export function warningWords(
  warning: Warning,
  texts: Texts,
  nameOf: (channel: ChannelName) => string,
): string {
  switch (warning.code) {
    case 'homograph':
      return texts('warning.homograph', { host: warning.host, ascii: warning.ascii })
    case 'misspelt_domain': {
      const { recipient, suggestion } = warning
      return texts('warning.misspelt', { recipient, suggestion })
    }
    case 'doubtful_number':
      return texts('warning.doubtful', { recipient: warning.recipient })
    case 'premium_number':
      return texts('warning.premium', { number: warning.number })
    case 'wap_by_sms':
      return texts('warning.wapBySms', { count: warning.count })
    case 'note_shortened':
      return texts('warning.noteShortened', { count: warning.segments })
    case 'loopback_links':
      return texts('warning.loopback')
    case 'connection_down':
      return texts('warning.down', { channel: nameOf(warning.channel) })
    case 'takes_long':
      return texts('warning.long', { time: timeWords(warning.seconds, texts) })
    default:
      return warning satisfies never
  }
}
