import type { ChannelName } from '../address.ts'
import { renderCarry } from './carry.ts'
import { type MailIdentity, renderEmail } from './email.ts'
import { renderMatrix } from './matrix.ts'
import type { Message, Rendered } from './message.ts'
import { renderSlack } from './slack.ts'
import { renderSms } from './sms.ts'
import { renderTelegram } from './telegram.ts'
import { renderWapPush } from './wap-push.ts'

/** What will go out over a channel: each real channel, and the outbox in its stead, renders by this. */
export function renderFor(channel: ChannelName, message: Message, mail: MailIdentity): Rendered {
  switch (channel) {
    case 'email':
      return renderEmail(message, mail)
    case 'sms':
      return renderSms(message)
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
