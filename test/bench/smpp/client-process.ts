/**
 * The measured half of the SMPP benchmark, `raw|channel|receipts PORT WINDOW`: for each line on its standard input, a
 * number of messages, it sends them and prints how many a second that were.
 */
import { createInterface } from 'node:readline'
import smpp from 'smpp'
import { createSmsSmppChannel } from '#adapters/channels/sms-smpp/sms-smpp.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import { renderSms } from '#core/message/sms.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { messageOn } from '../../core/message/sample.ts'

/** The library's own session, as far as it is measured. */
interface RawSession {
  bind_transceiver(fields: object, done: () => void): void
  submit_sm(fields: object, done: () => void): void
}

const [what = '', ...counts] = process.argv.slice(2)
const [port = 0, window = 10] = counts.map(Number)
const message = messageOn('sms')

/** Sends so many, `window` at once; resolves when all that belongs to them is done. */
type Round = (messages: number) => Promise<void>

const round = what === 'raw' ? await raw() : await channel(what === 'receipts')
for await (const line of createInterface({ input: process.stdin })) {
  const messages = Number(line)
  const begun = performance.now()
  await round(messages)
  console.log(messages / ((performance.now() - begun) / 1_000))
}
process.exit(0)

async function raw(): Promise<Round> {
  const { connect } = smpp as unknown as { connect(url: string, done: () => void): RawSession }
  const session = await new Promise<RawSession>((resolve) => {
    const opened = connect(`smpp://127.0.0.1:${port}`, () =>
      opened.bind_transceiver({ system_id: 'a', password: 'b' }, () => resolve(opened)),
    )
  })
  const fields = {
    source_addr: '10690',
    destination_addr: '8613800138000',
    registered_delivery: 1,
    data_coding: 0,
    // The text that the channel sends too.
    short_message: renderSms(message).text,
  }
  const send = () => new Promise<void>((resolve) => session.submit_sm(fields, () => resolve()))
  return (messages) => sendAll(messages, send)
}

async function channel(withReceipts: boolean): Promise<Round> {
  const smsc = createSmsSmppChannel(
    {
      url: () => `smpp://a:b@127.0.0.1:${port}`,
      source: '10690',
      ratePerSecond: null,
      region: undefined,
      window,
    },
    { logger: quiet },
  )
  let owed = 0
  let done = Promise.withResolvers<void>()
  await smsc.start({
    async receipt() {
      if (--owed === 0) done.resolve()
    },
    async reply() {},
    async stop() {},
    async reach() {},
  })
  const rendered = smsc.render(message)
  const { deliveryId, address, link } = message
  const context = {
    ...{ deliveryId, address, link, attempt: 1, idempotencyKey: deliveryId, reach: null },
    connection: smsc.routes(address)[0] ?? DEFAULT_CONNECTION,
    signal: new AbortController().signal,
  }
  return async (messages) => {
    owed = messages
    done = Promise.withResolvers()
    await sendAll(messages, async () => {
      const { outcome } = await smsc.send(rendered, context)
      if (outcome.kind !== 'accepted') throw new Error(outcome.kind)
    })
    if (withReceipts) await done.promise
  }
}

async function sendAll(messages: number, send: () => Promise<void>): Promise<void> {
  let left = messages
  const lane = async (): Promise<void> => {
    while (left-- > 0) await send()
  }
  await Promise.all(Array.from({ length: window }, lane))
}
