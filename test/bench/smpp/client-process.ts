/** The measured half of the SMPP benchmark: prints messages a second. `raw|channel|receipts PORT MESSAGES WINDOW`. */
import smpp from 'smpp'
import { createSmsSmppChannel } from '#adapters/channels/sms-smpp/sms-smpp.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { messageOn } from '../../core/message/sample.ts'

/** The library's own session, as far as it is measured. */
interface RawSession {
  bind_transceiver(fields: object, done: () => void): void
  submit_sm(fields: object, done: () => void): void
}

const [what = '', ...counts] = process.argv.slice(2)
const [port = 0, messages = 0, window = 10] = counts.map(Number)
const rate = what === 'raw' ? await raw() : await channel(what === 'receipts')
console.log(JSON.stringify(rate))
process.exit(0)

async function raw(): Promise<number> {
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
    short_message: textOf(),
  }
  return perSecond(() => new Promise((resolve) => session.submit_sm(fields, () => resolve())))
}

async function channel(withReceipts: boolean): Promise<number> {
  const smsc = createSmsSmppChannel(
    {
      url: () => `smpp://a:b@127.0.0.1:${port}`,
      source: '10690',
      prices: [],
      ratePerSecond: null,
      region: undefined,
      window,
    },
    { logger: quiet },
  )
  let receipts = 0
  const done = Promise.withResolvers<void>()
  await smsc.start({
    async receipt() {
      if (++receipts >= 2 * messages) done.resolve()
    },
    async reply() {},
    async stop() {},
    async reach() {},
  })
  const message = messageOn('sms')
  const rendered = smsc.render(message)
  const { deliveryId, address, link } = message
  const context = {
    ...{ deliveryId, address, link, attempt: 1, idempotencyKey: deliveryId, reach: null },
    connection: smsc.routes(address)[0] ?? DEFAULT_CONNECTION,
    signal: new AbortController().signal,
  }
  return perSecond(
    async () => {
      const { outcome } = await smsc.send(rendered, context)
      if (outcome.kind !== 'accepted') throw new Error(outcome.kind)
    },
    () => (withReceipts ? done.promise : undefined),
  )
}

/** The text that the channel sends too. */
function textOf(): string {
  return 'Ann Lee (@annlee): look at this, we should go there in spring\nhttps://go.example.net/r/0Q1abcdKJ3mZpWx2T'
}

/** `window` at once; as many before, to warm up. */
async function perSecond(send: () => Promise<void>, after?: () => Promise<void> | undefined) {
  await sendAll(send)
  const begun = performance.now()
  await sendAll(send)
  await after?.()
  return messages / ((performance.now() - begun) / 1_000)
}

async function sendAll(send: () => Promise<void>): Promise<void> {
  let left = messages
  const lane = async (): Promise<void> => {
    while (left-- > 0) await send()
  }
  await Promise.all(Array.from({ length: window }, lane))
}
