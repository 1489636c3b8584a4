import { createPublicKey } from 'node:crypto'
import { resolveTxt } from 'node:dns/promises'
import type { Logger } from '#ports/logger.ts'
import { createChannels } from '../../compose/channels.ts'
import type { Config } from '../../config.ts'
import { type Finding, finding } from './check.ts'

const DNS_MS = 5_000

/** Signs in at the SMTP server, and looks at what DNS says of the signature. */
export async function checkEmail(config: Config, logger: Logger): Promise<readonly Finding[]> {
  if (config.email === null) return [finding('SMTP_URL', 'off', 'doctor.noEmail')]
  return [await checkServer(config, logger), await checkDkim(config)]
}

async function checkServer(config: Config, logger: Logger): Promise<Finding> {
  // The outbox is not made: only what has credentials is asked.
  const channels = await createChannels({ ...config, outbox: false }, { outbox: NO_OUTBOX, logger })
  const email = channels.find((channel) => channel.name === 'email')
  const connection = email?.connections[0]?.connection
  if (!email || !connection) return finding('SMTP_URL', 'off', 'doctor.noEmail')
  try {
    const probe = await email.probe(connection)
    const host = new URL(config.secret('SMTP_URL') ?? '').host
    return probe.up
      ? finding('SMTP_URL', 'ok', 'doctor.smtp', { host, from: config.email?.from.address ?? '' })
      : finding('SMTP_URL', 'fault', 'doctor.smtpFault', { host, why: probe.detail })
  } finally {
    await email.stop()
  }
}

async function checkDkim({ email, secret }: Config): Promise<Finding> {
  if (!email?.dkim) return finding('DKIM_DOMAIN', 'off', 'doctor.noDkim')
  const name = `${email.dkim.selector}._domainkey.${email.dkim.domain}`
  const records = await txt(name)
  const wanted = publicKeyOf(secret('DKIM_PRIVATE_KEY') ?? '')
  const found = records.some((record) => record.replace(/\s+/g, '').includes(`p=${wanted}`))
  if (found) return finding('DKIM_DOMAIN', 'ok', 'doctor.dkim', { name })
  return finding('DKIM_DOMAIN', 'warning', 'doctor.dkimFault', { name, key: wanted })
}

async function txt(name: string): Promise<readonly string[]> {
  const late = new Promise<string[][]>((resolve) => setTimeout(resolve, DNS_MS, []).unref())
  const records = await Promise.race([resolveTxt(name).catch(() => []), late])
  return records.map((parts) => parts.join(''))
}

/** The public half, as a DKIM record holds it. */
function publicKeyOf(pem: string): string {
  return createPublicKey(pem).export({ type: 'spki', format: 'der' }).toString('base64')
}

const NO_OUTBOX = {
  keep: unasked,
  page: unasked,
  get: unasked,
  remove: unasked,
}

function unasked(): never {
  throw new Error('the outbox is not asked here')
}
