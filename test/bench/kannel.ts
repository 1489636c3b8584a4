import { randomUUID } from 'node:crypto'
import { Agent, request } from 'undici'
import { createSmsKannelChannel } from '#adapters/channels/sms-kannel/sms-kannel.ts'
import { writePush } from '#adapters/channels/wap-push/pap.ts'
import { createWapPushChannel } from '#adapters/channels/wap-push/wap-push.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { Message, RenderedWapPush } from '#core/message/message.ts'
import type { Channel } from '#ports/channel.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { messageOn } from '../core/message/sample.ts'
import { type Kannel, missingKannel, startKannel } from '../services/kannel.ts'
import type { Bench } from './bench.ts'
import { type Callbacks, startCallbacks } from './kannel/callbacks.ts'
import { inTurns, type Send } from './kannel/in-turns.ts'

const MESSAGES = 500
/** What both channels do at once by themselves. */
const CONCURRENCY = 16
const GOAL = 0.7
/** The network took it, and it arrived. */
const REPORTS = 2
const ALL_REPORTS = '31'
const ACCEPTED = 202

interface Ground {
  readonly kannel: Kannel
  readonly callbacks: Callbacks
  readonly agent: Agent
}

/** Both channels in front of a real Kannel, beside raw POSTs with the same headers and bodies; reports come back. */
export const run: Bench = async ({ quick }) => {
  const name = `kannel: texts and pushes, ${CONCURRENCY} at once`
  const missing = missingKannel()
  if (missing !== undefined) return [{ name, skipped: missing }]
  const callbacks = await startCallbacks()
  const kannel = await startKannel({ wap: true })
  const agent = new Agent({ connections: CONCURRENCY, pipelining: 1 })
  const ground: Ground = { kannel, callbacks, agent }
  const channels = [texting(ground), pushing(ground)] as const
  const [texts, pushes] = channels
  const common = {
    concurrency: CONCURRENCY,
    messages: MESSAGES,
    rounds: quick ? 3 : 11,
    goal: GOAL,
  }
  let before = 0
  try {
    const sms = await inTurns({
      ...common,
      name: `kannel: ${MESSAGES} texts, ${CONCURRENCY} at once`,
      reference: 'raw POSTs to sendsms',
      ours: sending(texts),
      raw: rawTexts(ground),
      async settle(sent) {
        before = sent * REPORTS
        await callbacks.came(before)
      },
    })
    const wap = await inTurns({
      ...common,
      name: `wap-push: ${MESSAGES} pushes, ${CONCURRENCY} at once`,
      reference: 'raw POSTs to the push proxy',
      ours: sending(pushes),
      raw: rawPushes(ground, pushes),
      settle: (sent) => callbacks.came(before + sent * REPORTS),
    })
    return [sms, wap]
  } finally {
    await Promise.all(channels.map((channel) => channel.stop()))
    await agent.close()
    await kannel.stop()
    await callbacks.close()
  }
}

function texting({ kannel, callbacks }: Ground): Channel {
  const { sendsmsUrl, username, password } = kannel
  return createSmsKannelChannel(
    { ...common(callbacks), sendsmsUrl, username, password: () => password, from: null },
    { logger: quiet },
  )
}

function pushing({ kannel, callbacks }: Ground): Channel {
  const { ppgUrl, username, password } = kannel
  return createWapPushChannel(
    { ...common(callbacks), ppgUrl, username, from: null, password: () => password },
    { logger: quiet },
  )
}

function common({ url }: Callbacks) {
  return {
    ratePerSecond: null,
    callbackUrl: url,
    callbackSecret: 'secret',
    region: undefined,
    connections: CONCURRENCY,
  }
}

function messageFor(channel: Channel): Message {
  const name = channel.name === 'sms' ? 'sms' : 'wap-push'
  const message = messageOn(name)
  // In one segment, so that there is a report for each of it.
  return { ...message, note: '', stop: { ...message.stop, firstContact: false } }
}

function sending(channel: Channel): Send {
  const message = messageFor(channel)
  const { deliveryId, address, link } = message
  const context = {
    ...{ deliveryId, address, link, attempt: 1, idempotencyKey: deliveryId, reach: null },
    connection: channel.routes(address)[0] ?? DEFAULT_CONNECTION,
  }
  return async () => {
    // Composed each time, as the engine does it.
    const rendered = channel.render(message)
    const { signal } = new AbortController()
    const { outcome } = await channel.send(rendered, { ...context, signal })
    if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome))
  }
}

function rawTexts({ kannel, callbacks, agent }: Ground): Send {
  const headers = {
    'X-Kannel-Username': kannel.username,
    'X-Kannel-Password': kannel.password,
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-Kannel-To': '+8613800138000',
    'X-Kannel-Coding': '0',
    'X-Kannel-DLR-Mask': ALL_REPORTS,
    'X-Kannel-DLR-Url': `${callbacks.url}/raw?id=1&type=%d&reply=%A`,
  }
  const body =
    'Ann Lee (@annlee): A long walk in the hills\nhttps://go.example.net/r/0Q1abcdKJ3mZpWx2T'
  return async () => {
    const answer = await request(kannel.sendsmsUrl, {
      method: 'POST',
      dispatcher: agent,
      headers,
      body,
    })
    await answer.body.text()
    if (answer.statusCode !== ACCEPTED) throw new Error(`${answer.statusCode}`)
  }
}

function rawPushes({ kannel, callbacks, agent }: Ground, channel: Channel): Send {
  const push = channel.render(messageFor(channel)) as RenderedWapPush
  const { control, indication } = writePush(push, 'PUSH-ID', new Date())
  const headers = {
    Authorization: `Basic ${Buffer.from(`${kannel.username}:${kannel.password}`).toString('base64')}`,
    'Content-Type': 'multipart/related; boundary="raw"; type="application/xml"',
    'X-WAP-Application-Id': 'x-wap-application:wml.ua',
    'X-Kannel-DLR-Mask': ALL_REPORTS,
    'X-Kannel-DLR-Url': `${callbacks.url}/raw?id=1&type=%d&reply=%A`,
  }
  const body = [
    `--raw\r\nContent-Type: application/xml\r\n\r\n${control}`,
    `\r\n--raw\r\nContent-Type: text/vnd.wap.si\r\n\r\n${indication}`,
    '\r\n--raw--\r\n',
  ].join('')
  return async () => {
    const one = body.replace('PUSH-ID', randomUUID())
    const answer = await request(kannel.ppgUrl, {
      method: 'POST',
      dispatcher: agent,
      headers,
      body: one,
    })
    const text = await answer.body.text()
    if (!/ code ?="1001"/.test(text)) throw new Error(text)
  }
}
