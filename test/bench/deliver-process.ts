/** The measured half of the deliver benchmark: prints messages a second. `raw|engine PORT MESSAGES`. */
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

const [what = '', port = '', count = ''] = process.argv.slice(2)
const messages = Number(count)
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
  const mails = Array.from({ length: messages }, (_, n) => sample(n))
  const from = performance.now()
  await Promise.all(
    mails.map(({ from: sender, to, subject, text, html, messageId, headers }) =>
      transport.sendMail({ from: sender, to: to.address, subject, text, html, messageId, headers }),
    ),
  )
  return (messages / (performance.now() - from)) * 1_000
}

async function engine(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'passalong-bench-'))
  const channel = createEmailChannel(
    { smtpUrl: () => smtpUrl, from, dkim: null },
    { logger: quiet },
  )
  const t = await startTestEngine(
    [channel],
    { maxRecipients: messages },
    { store: (clock) => createSqliteStore({ dataDir }, { clock, randomBytes }) },
  )
  const recipients = Array.from({ length: messages }, (_, n) => `r${n}@example.net`)
  const start = performance.now()
  const { id } = await t.share(recipients, { title: 'A page', note: 'Look at this' })
  await until(async () => {
    const { items } = await t.engine.sharing.list(t.ann, { limit: 1, cursor: null })
    const accepted = items.find((item) => item.share.id === id)?.states.accepted ?? 0
    await new Promise((resolve) => setTimeout(resolve, 100))
    return accepted === messages ? true : undefined
  }, 120_000)
  const took = performance.now() - start
  await t.stop()
  rmSync(dataDir, { recursive: true, force: true })
  return (messages / took) * 1_000
}

/** The mail that the engine sends, with all of its parts. */
function sample(n: number): ReturnType<typeof renderEmail> {
  const id = deliveryId('000000000000000' as ShareId, n)
  return renderEmail(
    {
      deliveryId: id,
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
