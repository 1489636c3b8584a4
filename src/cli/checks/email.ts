import { createPublicKey } from 'node:crypto'
import { resolveTxt } from 'node:dns/promises'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { Logger } from '#ports/logger.ts'
import type { Config } from '../../config.ts'
import { withChannel } from './channels.ts'
import { type Finding, finding } from './check.ts'

const DNS_MS = 5_000

/** Signs in at the SMTP server, and looks at what DNS says of the signature. */
export async function checkEmail(config: Config, logger: Logger): Promise<readonly Finding[]> {
  if (config.email === null) return [finding('SMTP_URL', 'off', 'doctor.noEmail')]
  return [await checkServer(config, logger), await checkDkim(config)]
}

async function checkServer(config: Config, logger: Logger): Promise<Finding> {
  const host = new URL(config.secret('SMTP_URL') ?? '').host
  const found = await withChannel(config, logger, 'email', async (email) => {
    const probe = await email.probe(email.connections[0]?.connection ?? DEFAULT_CONNECTION)
    return probe.up
      ? finding('SMTP_URL', 'ok', 'doctor.smtp', { host, from: config.email?.from.address ?? '' })
      : finding('SMTP_URL', 'fault', 'doctor.smtpFault', { host, why: probe.detail })
  })
  return found ?? finding('SMTP_URL', 'off', 'doctor.noEmail')
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
