import type { Address, ChannelName } from '../address.ts'
import { renderCarry } from './carry.ts'
import { type MailIdentity, renderEmail } from './email.ts'
import { renderMatrix } from './matrix.ts'
import type { Message, Rendered } from './message.ts'
import { renderSlack } from './slack.ts'
import { renderSms } from './sms.ts'
import { renderTelegram } from './telegram.ts'
import { renderWapPush } from './wap-push.ts'

/** What messages of some channels are written by, besides their parts. */
export interface RenderSettings {
  /** Whom mail comes from. */
  readonly mail: MailIdentity
  /** The most segments of a text message. */
  readonly smsSegments: number
}

/** What will go out over a channel: each real channel, and the outbox in its stead, renders by this. */
export function renderFor(
  channel: ChannelName,
  message: Message,
  settings: RenderSettings,
): Rendered {
  switch (channel) {
    case 'email':
      return renderEmail(message, settings.mail)
    case 'sms':
      return renderSms(message, settings.smsSegments)
    case 'wap-push':
      return renderWapPush(message)
    case 'telegram':
      return renderTelegram(message)
    case 'slack':
      return renderSlack(message)
    case 'matrix':
      return renderMatrix(message)
    case 'carry':
      return renderCarry(message)
    default:
      return channel satisfies never
  }
}

/** Segments that a rendered message takes; undefined where the channel knows none. */
export function segmentsOf(rendered: Rendered): number | undefined {
  return 'segments' in rendered ? rendered.segments : undefined
}

/** The same message to another number: nothing else of it depends on whom a text message goes to. */
export function readdressed(rendered: Rendered, address: Address): Rendered {
  const byNumber = rendered.channel === 'sms' || rendered.channel === 'wap-push'
  return byNumber ? { ...rendered, to: address.value } : rendered
}
