import { createPrivateKey } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { SendMailOptions, SMTPPoolOptions } from 'nodemailer'
import type { RenderedEmail } from '#core/message/message.ts'
import { misconfigured, readSmtpUrl, type SmtpSettings } from './settings.ts'

export interface TransportConfig {
  /** `smtp://user:password@host:port`; asked before each send, so that a new secret counts at once. */
  readonly smtpUrl: () => string
  readonly dkim: DkimConfig | null
  /** The envelope's sender; null: the mail's own. */
  readonly returnPath: string | null
  /** Connections that are kept open at once. */
  readonly connections: number
  /** Certificates to trust beside the system's, and whether one must hold; by default it must, but on loopback. */
  readonly tls?: { readonly ca?: string; readonly rejectUnauthorized?: boolean }
  readonly timeouts: Timeouts
}

export interface DkimConfig {
  readonly domain: string
  readonly selector: string
  /** PEM. */
  readonly privateKey: () => string
}

/** Milliseconds. They add up to less than a lease, and the send's own deadline is below it anyway. */
export interface Timeouts {
  readonly dns: number
  readonly connect: number
  readonly greeting: number
  /** Without a word from the server. */
  readonly silence: number
}

export interface Sent {
  /** Our Message-ID and, where the server gave the message another, that one too. */
  readonly ids: readonly string[]
}

/** A send that failed, and whether the whole message had gone out by then. */
export class SendFailure extends Error {
  readonly whole: boolean

  constructor(cause: unknown, whole: boolean) {
    super('the mail was not sent', { cause })
    this.name = 'SendFailure'
    this.whole = whole
  }
}

export interface Transport {
  /** Throws a SendFailure. */
  send(mail: RenderedEmail, signal: AbortSignal): Promise<Sent>
  /** Connects and logs in; throws where that fails. */
  verify(): Promise<void>
  close(force: boolean): void
}

/** RFC 6376's advice and the List headers, which One-Click asks for (RFC 8058). */
const SIGNED_HEADERS = [
  'From',
  'Sender',
  'Reply-To',
  'Subject',
  'Date',
  'Message-ID',
  'To',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'Auto-Submitted',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
].join(':')

/** Servers drop idle connections after a minute or more: be gone before. */
const IDLE_MS = 30_000
/** A connection that the server had closed in the meantime is replaced; only while nothing was sent over it. */
const REQUEUES = 1

/** Opens a pool of connections with the settings as they are now. The library is loaded here, not before. */
export async function openTransport(config: TransportConfig): Promise<Transport> {
  const { createTransport } = await import('nodemailer')
  const settings = readSmtpUrl(config.smtpUrl())
  const pool = createTransport({ ...poolOptions(settings, config), pool: true })
  pool.on('error', () => {}) // A broken idle connection is replaced by the next send.
  pool.use('stream', (mail, done) => {
    const { onStream }: Partial<WatchedMail> = mail.data
    if (onStream) watchStream(mail.message, onStream)
    done()
  })
  return {
    async send(mail, signal) {
      let stream: Readable | undefined
      const onStream = (opened: Readable): void => {
        stream = opened
      }
      const options: WatchedMail = { ...mailOptions(mail, config.returnPath), signal, onStream }
      try {
        const info = await pool.sendMail(options)
        return { ids: [mail.messageId, ...(info.serverMessageId ? [info.serverMessageId] : [])] }
      } catch (error) {
        throw new SendFailure(error, stream?.readableEnded ?? false)
      }
    },
    async verify() {
      await pool.verify()
    },
    close(force) {
      pool.close({ force })
    },
  }
}

interface WatchedMail extends SendMailOptions {
  readonly onStream: (stream: Readable) => void
}

interface Streaming {
  createReadStream(options?: object): Readable
}

/**
 * Tells of the stream that the connection will read the message from: it ends when the server has been given
 * all of it, which is the one sure sign that it may have taken the message.
 */
function watchStream(message: Streaming, onStream: WatchedMail['onStream']): void {
  const create = message.createReadStream.bind(message)
  message.createReadStream = (options) => {
    const stream = create(options)
    onStream(stream)
    return stream
  }
}

/** A password leaves this machine only over TLS, and a certificate has to hold anywhere but on loopback. */
export function poolOptions(settings: SmtpSettings, config: TransportConfig): SMTPPoolOptions {
  const { host, port, secure, auth, local } = settings
  const { timeouts, tls } = config
  return {
    host,
    port,
    secure,
    ...(auth ? { auth } : {}),
    requireTLS: !secure && !local && auth !== null,
    tls: { rejectUnauthorized: !local, minVersion: 'TLSv1.2', ...tls },
    ...(config.dkim ? { dkim: dkimOptions(config.dkim) } : {}),
    maxConnections: config.connections,
    maxRequeues: REQUEUES,
    idleTimeout: IDLE_MS,
    dnsTimeout: timeouts.dns,
    connectionTimeout: timeouts.connect,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.silence,
    socketCloseTimeout: 1_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  }
}

/** The key is tried here, so that a bad one is a fault of the connection and not of each message. */
function dkimOptions(dkim: DkimConfig) {
  const privateKey = dkim.privateKey()
  try {
    createPrivateKey(privateKey)
  } catch (cause) {
    throw misconfigured('the DKIM key is not a private key', cause)
  }
  return {
    domainName: dkim.domain,
    keySelector: dkim.selector,
    privateKey,
    headerFieldNames: SIGNED_HEADERS,
  }
}

function mailOptions(mail: RenderedEmail, returnPath: string | null): SendMailOptions {
  const { from, to, replyTo } = mail
  return {
    from,
    to: { name: to.name ?? '', address: to.address },
    ...(replyTo === null ? {} : { replyTo }),
    envelope: { from: returnPath ?? from.address, to: [to.address] },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: mail.messageId,
    headers: headersOf(mail),
    xMailer: false,
  }
}

/** Each on a line of its own, unfolded: not every mail client reads a List header that begins on the next. */
function headersOf(mail: RenderedEmail): NonNullable<SendMailOptions['headers']> {
  return Object.entries(mail.headers).map(([key, value]) => ({
    key,
    value: { prepared: true, value: value.replace(/[\r\n]+/g, ' ') },
  }))
}
