import { createOutboxChannel } from '#adapters/channels/outbox/outbox.ts'
import { type ChannelName, DEFAULT_CONNECTION } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import type { Channel } from '#ports/channel.ts'
import type { Store } from '#ports/store/store.ts'
import { MATRIX, TELEGRAM } from '#test/web/pages/chat-users.ts'
import { type RunningWeb, startWeb, until } from '#test/web/start-web.ts'
import { linkScenes } from './link-scenes.ts'

/** A server with a past: shares in every state, messages of every channel, visits, contacts, tokens. */
export interface Stage {
  readonly web: RunningWeb
  /** Pages worth looking at, by name. */
  readonly pages: Readonly<Record<string, Scene>>
  /** The same for those that need no session. */
  readonly publicPages: Readonly<Record<string, Scene>>
}

/** The path of a page, or what to press on one to come to it. */
export type Scene = string | { readonly path: string; readonly press: string }

const MAIL = {
  fromName: 'Passalong',
  fromAddress: 'pass@localhost.invalid',
  messageIdDomain: 'localhost.invalid',
  signed: false,
}
const RENDERING = { mail: MAIL, smsSegments: 3 }
const BY_PHONE = ['sms', 'wap-push'] as const
const OTHERS = ['telegram', 'slack', 'matrix'] as const
const PRICES = [
  { prefix: '+86', amount: 0.045, currency: 'EUR' },
  { prefix: '+44', amount: 0.04, currency: 'GBP' },
]

/**
 * Mail "goes out", and each address tells what comes of it; so do text messages and WAP pushes, which can be read in
 * the outbox too. Every other channel is kept here.
 */
function stageChannels({ outbox }: Store): Channel[] {
  const kept = createOutboxChannel({ name: 'email' }, { outbox, settings: RENDERING })
  const email: Channel = {
    ...kept,
    via: 'email',
    send: async (_rendered, { address }) => ({
      outcome: outcomeFor(address.value),
      providerIds: [],
    }),
  }
  const keep = (name: ChannelName): Channel =>
    createOutboxChannel({ name }, { outbox, settings: RENDERING })
  return [email, ...BY_PHONE.map((name) => ({ ...keep(name), via: name })), ...OTHERS.map(keep)]
}

function outcomeFor(address: string): Outcome {
  const name = address.split('@')[0]
  switch (name) {
    case 'nobody':
      return {
        kind: 'permanent',
        reason: 'no_such_recipient',
        detail: '550 5.1.1 no such user here',
        suppress: false,
      }
    case 'busy':
      return { kind: 'transient', reason: 'retrying', detail: '451 4.7.1 try again later' }
    case 'maybe':
      return { kind: 'unknown', detail: 'the connection was cut' }
    case 'arrived':
      return { kind: 'delivered' }
    default:
      return { kind: 'accepted' }
  }
}

const ARTICLE = 'https://www.example.org/stories/the-night-train-to-lisbon'

export async function setStage(): Promise<Stage> {
  const web = await startWeb({
    settings: { undoSeconds: 0, smsPrices: PRICES, signUp: 'open' },
    chats: [TELEGRAM, MATRIX],
    parts: (store) => ({
      channels: stageChannels(store),
      unfurler: {
        unfurl: async (url) => ({
          title: url.includes('lisbon') ? 'The night train to Lisbon' : '',
          description: 'Eleven hours, one dining car, and the best sunrise on the continent.',
          image: null,
          siteName: 'Example Stories',
        }),
        close: async () => {},
      },
    }),
  })
  await fillBook(web)
  const wide = await share(web, ARTICLE, [
    'Bob Stone <bob@example.org>',
    'nobody@example.org',
    'busy@example.org',
    'maybe@example.org',
    'arrived@example.org',
    '+8613800138000',
    'telegram:@carol',
  ])
  await writeBack(web, '+8613800138000', [
    'Thank you! We took it in 1998, before they closed the dining car.',
    '<b>Call me</b> on Sunday?\n☎️ https://example.org/averyveryverylongaddresswithoutanyplacetobreakitatallinit',
    '好的，周日见 👍🏽',
  ])
  const kept = await share(web, ARTICLE, [
    '+447700900123',
    'wap:+8613800138000',
    'telegram:@carol',
    'slack:T024BE7LD/U0G9QF9C6',
    '@dora:example.org',
  ])
  const texts = await share(web, ARTICLE, [
    'Mum',
    '+8613700137000',
    '+447911123456',
    '+4915123456789',
    'bob@example.org',
  ])
  const later = await share(web, 'https://example.org/minutes.pdf', ['bob@example.org'], {
    title: '会议纪要（第三季度）',
    sendAt: Date.now() + 86_400_000,
  })
  const film = await share(web, 'https://media.example.org/holiday.mp4', ['bob@example.org'], {
    title: 'Holiday on the coast',
  })
  const call = await share(web, 'tel:+861065529988,,123456%23', ['bob@example.org'], {
    title: 'Board meeting, Monday at 10',
  })
  await open(wide.links[5] ?? '', 3)
  await open(wide.links[0] ?? '', 1)
  await until(
    () => web.engine.sharing.get(web.ann.account, wide.id),
    (view) => view.deliveries.some((delivery) => delivery.opens > 0),
  )
  const stop = await stopPath(web, `${kept.id}-4`)
  const ticket = (await web.engine.accounts.resetTicket('bob')) ?? ''
  const links = await linkScenes(web)
  return {
    web,
    pages: {
      home: '/',
      shares: '/shares',
      share: `/share?url=${encodeURIComponent(ARTICLE)}&return=${encodeURIComponent('https://www.example.org/')}&to=${encodeURIComponent('bob@gmial.com, nonsense, +8613800138000, telegram:@carol')}`,
      'share-texts': `/share?${new URLSearchParams({
        url: ARTICLE,
        text: '“The night train” – it’s on again!',
        to: 'Mum, +86 137 0013 7000, +44 7911 123456, wap:+4915123456789, +86 10 6552 9988, +1 900 234 5678, bob@example.org',
      })}`,
      'share-texts-long': `/share?${new URLSearchParams({
        url: 'tel:+1-900-234-5678,,12#',
        text: 'Please call before noon. '.repeat(30),
        to: 'Mum',
      })}`,
      'status-texts': `/shares/${texts.id}`,
      'share-refused': `/share?url=${encodeURIComponent('http://127.0.0.1/admin')}`,
      'share-empty': '/share',
      status: `/shares/${wide.id}?done=1&return=${encodeURIComponent('https://www.example.org/')}`,
      scheduled: `/shares/${later.id}`,
      recall: `/shares/${wide.id}/recall`,
      message: `/deliveries/${wide.id}-0/message`,
      qr: `/deliveries/${wide.id}-0/qr`,
      outbox: '/outbox',
      contacts: '/contacts',
      account: '/account',
      'account-chats': '/account/chats',
      'account-security': '/account/security',
      'account-tokens': '/account/tokens',
      'account-invite': '/account/invite',
      'account-invited': { path: '/account/invite', press: 'main button.primary' },
      ...links.pages,
      missing: `/shares/${kept.id}x`,
    },
    publicPages: {
      welcome: '/',
      'sign-in': '/sign-in?next=/share',
      reset: `/reset?ticket=${ticket}`,
      register: '/register',
      forgot: '/forgot',
      'forgot-sent': '/forgot?sent=yes',
      'verify-spent': '/verify?ticket=x',
      ...links.publicPages,
      stop,
      film: pathOf(film.links[0]),
      call: pathOf(call.links[0]),
      'unknown-link': '/r/00000000000000000',
      docs: '/docs',
    },
  }

  async function open(link: string, times: number): Promise<void> {
    const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36'
    for (let i = 0; i < times; i++) {
      const path = pathOf(link)
      await web.engine.visiting.visit({
        code: path.slice('/r/'.length),
        method: 'GET',
        ip: '203.0.113.7',
        headers: { 'user-agent': agent },
        viewer: null,
      })
    }
  }
}

async function writeBack(web: RunningWeb, value: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await web.engine.sink.reply({
      connection: { channel: 'sms', connection: DEFAULT_CONNECTION },
      from: { channel: 'sms', value },
      text,
      inboundId: text,
    })
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function pathOf(link: string | undefined): string {
  return new URL(link ?? '').pathname
}

/** From the recipient's own message, as the operator's outbox keeps it: the sender's copy leaves it out. */
async function stopPath(web: RunningWeb, delivery: string): Promise<string> {
  const kept = await web.engine.outbox.get(delivery)
  const [path] = /\/u\/[\w-]+/.exec(JSON.stringify(kept?.rendered)) ?? []
  if (path === undefined) throw new Error('no message with a stop link was kept')
  return path
}

async function fillBook({ engine, ann }: RunningWeb): Promise<void> {
  const { contacts, accounts } = engine
  const { id } = ann.account
  await accounts.update(id, { displayName: 'Ann Lee' })
  await contacts.create(id, { kind: 'person', name: 'Mum', addresses: ['+8613800138000'] })
  await contacts.create(id, { kind: 'person', name: '小明', addresses: ['ming@example.org'] })
  await contacts.create(id, { kind: 'group', name: 'family', members: ['Mum', '小明'] })
}

async function share(
  { engine, ann }: RunningWeb,
  url: string,
  recipients: readonly string[],
  more: object = {},
): Promise<{ id: string; links: string[] }> {
  const note = 'Thought of you when I read this. Have a look when there is time!'
  const sender = await engine.accounts.get(ann.account.id)
  const { share: made } = await engine.sharing.accept(
    sender ?? ann.account,
    { url, title: 'The night train to Lisbon', note, recipients, partial: true, ...more },
    { frontEnd: 'web', locale: 'en' },
  )
  const view = await until(
    () => engine.sharing.get(ann.account, made.id),
    ({ deliveries }) => deliveries.every((d) => d.attempts > 0 || d.state === 'scheduled'),
  )
  return { id: view.id, links: view.deliveries.map((delivery) => delivery.link) }
}
