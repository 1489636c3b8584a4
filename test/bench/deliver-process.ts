/** The measured half of the deliver benchmark: prints messages a second. `raw|engine PORT MESSAGES WARM-UP`. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmailChannel } from '#adapters/channels/email/email.ts'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import { deliveryId, type ShareId } from '#core/ids.ts'
import { renderEmail } from '#core/message/email.ts'
import { startTestEngine, until } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'

const [what = '', port = '', ...counts] = process.argv.slice(2)
const [messages = 0, warmUp = 0] = counts.map(Number)
const from = { name: null, address: 'share@example.org' }
const smtpUrl = `smtp://127.0.0.1:${port}`
const rate = what === 'raw' ? await raw() : await engine()
console.log(JSON.stringify(rate))
process.exit(0)

async function raw(): Promise<number> {
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxMessages: Number.POSITIVE_INFINITY,
  })
  const send = async (count: number): Promise<void> => {
    const mails = Array.from({ length: count }, (_, n) => sample(n))
    await Promise.all(
      mails.map(({ from: sender, to, subject, text, html, messageId, headers }) =>
        transport.sendMail({
          from: sender,
          to: to.address,
          subject,
          text,
          html,
          messageId,
          headers,
        }),
      ),
    )
  }
  return perSecond(send)
}

async function engine(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'passalong-bench-'))
  const channel = createEmailChannel(
    { smtpUrl: () => smtpUrl, from, dkim: null },
    { logger: quiet },
  )
  const t = await startTestEngine(
    [channel],
    { maxRecipients: Math.max(messages, warmUp) },
    { store: (clock) => createSqliteStore({ dataDir }, { clock, randomBytes }) },
  )
  const rate = await perSecond(async (count) => {
    const recipients = Array.from({ length: count }, (_, n) => `r${n}@example.net`)
    await t.share(recipients, { title: 'A page', note: 'Look at this' })
    await until(async () => {
      await new Promise((resolve) => setTimeout(resolve, 10))
      return (await t.store.deliveries.nextDueInMs(['email'])) === null ? true : undefined
    }, 120_000)
  })
  await t.stop()
  rmSync(dataDir, { recursive: true, force: true })
  return rate
}

/** Warmed up, from the first recipient named to the last outcome written down. */
async function perSecond(send: (count: number) => Promise<void>): Promise<number> {
  await send(warmUp)
  const begun = performance.now()
  await send(messages)
  return (messages / (performance.now() - begun)) * 1_000
}

/** The mail that the engine sends, with all of its parts. */
function sample(n: number): ReturnType<typeof renderEmail> {
  const id = deliveryId('000000000000000' as ShareId, n)
  return renderEmail(
    {
      deliveryId: id,
      tag: 'aB3-dE6_gH9k',
      locale: 'en',
      address: { channel: 'email', value: `r${n}@example.net` },
      recipientName: null,
      sender: { displayName: 'ann', handle: '@ann', replyTo: null },
      target: { kind: 'page', url: 'https://example.org/a', title: 'A page' },
      preview: null,
      note: 'Look at this',
      link: `https://passalong.example.org/r/${'0'.repeat(17)}`,
      stop: { url: 'https://passalong.example.org/u/x', oneClick: false, firstContact: true },
      tracked: true,
    },
    { fromName: null, fromAddress: from.address, messageIdDomain: 'example.org', signed: false },
  )
}
