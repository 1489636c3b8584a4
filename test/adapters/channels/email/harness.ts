import { simpleParser } from 'mailparser'
import { createEmailChannel, type EmailConfig } from '#adapters/channels/email/email.ts'
import type { RenderedEmail } from '#core/message/message.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import type { ChannelHarness } from '../../../contracts/channel.ts'
import { MAIL } from '../../../core/message/sample.ts'
import {
  type FaultyServer,
  type SmtpServerOptions,
  startSmtpServer,
} from '../../../services/smtp-server.ts'

export interface EmailHarness extends ChannelHarness {
  readonly server: FaultyServer
  /** What the channel logs in with from now on. */
  setPassword(pass: string): void
}

export const USER = 'share'
export const PASSWORD = 'right p@ss/word%'

/** The email channel with a real SMTP server, which asks for a login. */
export async function openEmail(
  over: Partial<EmailConfig> = {},
  options: SmtpServerOptions = { auth: { user: USER, pass: PASSWORD } },
): Promise<EmailHarness> {
  const server = await startSmtpServer({ keep: true, ...options })
  let pass = PASSWORD
  const login = (): string => (options.auth ? `${USER}:${encodeURIComponent(pass)}@` : '')
  const scheme = options.tls?.fromStart ? 'smtps' : 'smtp'
  const channel = createEmailChannel(
    {
      smtpUrl: () => `${scheme}://${login()}127.0.0.1:${server.port}`,
      from: { name: null, address: MAIL.fromAddress },
      dkim: null,
      ...over,
    },
    { logger: quiet },
  )
  return {
    server,
    channel,
    setPassword: (next) => {
      pass = next
    },
    arrived: () => Promise.all(server.received.map(({ raw }) => readMail(raw))),
    openConnections: async () => server.connections().open,
    close: () => server.close(),
  }
}

const OUR_HEADERS = [
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'Auto-Submitted',
  'X-Auto-Response-Suppress',
]

/** A mail as it came over the wire, read by a parser that knows nothing of us, in the form of `render`. */
async function readMail(raw: string): Promise<RenderedEmail> {
  const mail = await simpleParser(raw, { skipTextToHtml: true, skipTextLinks: true })
  const lineOf = (name: string): string | undefined =>
    mail.headerLines.find((header) => header.key === name.toLowerCase())?.line
  const headers = OUR_HEADERS.flatMap((name) => {
    const line = lineOf(name)
    return line
      ? [
          [
            name,
            line
              .slice(name.length + 1)
              .replace(/\s+/g, ' ')
              .trim(),
          ] as const,
        ]
      : []
  })
  const to = Array.isArray(mail.to) ? mail.to[0] : mail.to
  const [from] = mail.from?.value ?? []
  return {
    channel: 'email',
    to: { name: to?.value[0]?.name || null, address: to?.value[0]?.address ?? '' },
    from: { name: from?.name ?? '', address: from?.address ?? '' },
    replyTo: mail.replyTo?.value[0]?.address ?? null,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html || '',
    messageId: mail.messageId ?? '',
    headers: Object.fromEntries(headers),
  }
}
