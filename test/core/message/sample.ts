import type { Address, ChannelName } from '#core/address.ts'
import type { MailIdentity } from '#core/message/email.ts'
import type { Message } from '#core/message/message.ts'
import type { RenderSettings } from '#core/message/render.ts'

export const LINK = 'https://go.example.net/r/0Q1abcdKJ3mZpWx2T'

const VALUES: Readonly<Record<ChannelName, string>> = {
  email: 'bob@example.org',
  sms: '+8613800138000',
  'wap-push': '+8613800138000',
  telegram: '4711',
  slack: 'T1/U1',
  matrix: '@bob:example.org',
  carry: 'bob',
}

function addressOn(channel: ChannelName): Address {
  return { channel, value: VALUES[channel] }
}

export const MAIL: MailIdentity = {
  fromName: null,
  fromAddress: 'share@mail.example.net',
  messageIdDomain: 'mail.example.net',
  signed: true,
}

export const RENDERING: RenderSettings = { mail: MAIL, smsSegments: 3 }

/** A message as an ordinary share makes it, with what a test wants otherwise. */
export function messageOn(channel: ChannelName, over: Partial<Message> = {}): Message {
  return {
    deliveryId: '0Q1abcdXXXXXXXX-3' as Message['deliveryId'],
    tag: 'aB3-dE6_gH9k',
    locale: 'en',
    address: addressOn(channel),
    recipientName: 'Bob',
    sender: { displayName: 'Ann Lee', handle: '@annlee', replyTo: null },
    target: {
      kind: 'page',
      url: 'https://news.example.com/2026/11/a-long-walk',
      title: 'A long walk in the hills',
    },
    preview: {
      title: 'A long walk in the hills – News',
      description: 'Two friends, one map, no signal: what they found on the way.',
      image: 'https://news.example.com/cover.jpg',
      siteName: 'News',
    },
    note: 'look at this, we should go there in spring',
    link: LINK,
    stop: {
      url: 'https://go.example.net/u/0Q1abcdXXXXXXXX-3-0123456789abcdef',
      oneClick: true,
      firstContact: true,
    },
    tracked: true,
    ...over,
  }
}

export const PHONE: Message['target'] = {
  kind: 'phone',
  url: 'tel:+861065001234,,7788%23',
  title: 'Weekly call',
  number: '+861065001234',
  region: 'CN',
  postdial: ',,7788#',
}

export const CHINESE: Partial<Message> = {
  locale: 'zh-CN',
  recipientName: '小明',
  sender: { displayName: '李安', handle: '@annlee', replyTo: null },
  target: { kind: 'page', url: 'https://example.com/a', title: '春天的山路' },
  preview: null,
  note: '周末一起去吧',
}
