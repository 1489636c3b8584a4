import { textsFor } from '#locales/texts.ts'
import type { Locale } from '../locale.ts'
import type { RenderedSms } from './message.ts'
import { SERVICE } from './parts.ts'
import { plainForSms } from './plain-sms.ts'
import { smsSize } from './segments.ts'

/** What the service itself answers to a recipient's STOP, START or HELP. */
export interface Answer {
  readonly kind: 'stop' | 'start' | 'help'
  readonly locale: Locale
  /** E.164. */
  readonly to: string
  /** The recipient's own `/u/<token>` page, never cut; null where nobody wrote to them. */
  readonly pageUrl: string | null
  /** Where the service stands. */
  readonly host: string
}

/** The whole of it always goes out: it says who writes, how to stop or resume, and where more can be chosen. */
export function renderSmsAnswer({ kind, locale, to, pageUrl, host }: Answer): RenderedSms {
  const t = textsFor(locale)
  const words = t(`message.answer.${kind}`, { service: SERVICE, host })
  const page = pageUrl === null ? '' : ` ${t('message.answer.page', { url: pageUrl })}`
  const text = plainForSms(words + page)
  return { channel: 'sms', to, text, ...smsSize(text) }
}
