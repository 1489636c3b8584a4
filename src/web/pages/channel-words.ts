import type { ChannelName } from '#core/address.ts'
import type { DeliveryState } from '#core/delivery.ts'
import type { DeliveryView } from '#engine/engine.ts'
import type { Html } from './html.ts'
import { type IconName, icon } from './icons.ts'
import type { PageView } from './view.ts'

const CHANNEL_ICONS: Readonly<Record<ChannelName, IconName>> = {
  telegram: 'chat',
  slack: 'chat',
  matrix: 'chat',
  sms: 'phone',
  'wap-push': 'phone',
  email: 'mail',
  carry: 'link',
}

export function channelIcon(channel: ChannelName): Html {
  return icon(CHANNEL_ICONS[channel])
}

const STATE_ICONS: Readonly<Record<DeliveryState, IconName>> = {
  scheduled: 'clock',
  queued: 'clock',
  sending: 'sending',
  accepted: 'sent',
  delivered: 'delivered',
  waiting: 'clock',
  failed: 'failed',
  suppressed: 'stopped',
  cancelled: 'stopped',
  recalled: 'stopped',
  unknown: 'question',
}

/** How a delivery stands, in a word, a shape and a colour. */
export interface StateWord {
  readonly text: string
  readonly icon: IconName
  readonly tone: 'good' | 'bad' | 'doubt' | 'plain'
}

export function stateWord(view: PageView, delivery: DeliveryView): StateWord {
  const { state, via } = delivery
  if (via === 'outbox' && (state === 'accepted' || state === 'delivered')) {
    return { text: view.texts('state.kept'), icon: 'kept', tone: 'plain' }
  }
  return { text: view.texts(`state.${state}`), icon: STATE_ICONS[state], tone: toneOf(state) }
}

function toneOf(state: DeliveryState): StateWord['tone'] {
  switch (state) {
    case 'accepted':
    case 'delivered':
      return 'good'
    case 'failed':
    case 'suppressed':
      return 'bad'
    case 'unknown':
    case 'waiting':
      return 'doubt'
    default:
      return 'plain'
  }
}
