import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'

/** The steps of a session at which a fault can be made. `data`: within the message; `end`: after all of it. */
export type SmtpStep = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data' | 'end'

/** What the server does wrong, at which step; plain data, so that it can be told to another process. */
export interface SmtpFault {
  readonly at: SmtpStep
  /** Answers with this, code first: `450 4.2.0 Greylisted`. */
  readonly reply?: string
  /** Drops the connection without an answer. At `end` the message counts as taken. */
  readonly cut?: boolean
  /** Waits first. */
  readonly delayMs?: number
  /** Waits until another fault is set, or none. */
  readonly hold?: boolean
  /** So many times; then all is well again. Default: always. */
  readonly times?: number
}

export interface SmtpServerOptions {
  readonly port?: number
  /** Asks for a login. */
  readonly auth?: { readonly user: string; readonly pass: string }
  /** A certificate: STARTTLS is offered, or TLS spoken from the start. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly fromStart?: boolean }
  /** Keeps the messages as they came; else only their Message-IDs. */
  readonly keep?: boolean
}

export interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly messageId: string
  /** Empty unless messages are kept. */
  readonly raw: string
  /** When it was taken, milliseconds since the epoch. */
  readonly at: number
}

export interface FaultyServer {
  readonly port: number
  /** Taken messages, in order: those that were answered with 250, and those cut at the end. */
  readonly received: readonly Received[]
  /** Connections ever made, and those open now. */
  connections(): { readonly made: number; readonly open: number }
  /** How many sessions a fault holds now. */
  held(): number
  fault(fault: SmtpFault | null): void
  setPassword(pass: string): void
  /** Drops every open connection, as a server does with idle ones. */
  dropAll(): void
  close(): Promise<void>
}

/** A real SMTP server on 127.0.0.1 that takes everything and misbehaves on demand. */
export async function startSmtpServer(options: SmtpServerOptions = {}): Promise<FaultyServer> {
  const received: Received[] = []
  let fault: (SmtpFault & { left: number }) | null = null
  let pass = options.auth?.pass
  let made = 0
  let held = 0
  let changed = Promise.withResolvers<void>()

  const socketOf = (session: SMTPServerSession): Socket | undefined => {
    const all = [...server.connections] as unknown as { id: string; _socket: Socket }[]
    return all.find((connection) => connection.id === session.id)?._socket
  }

  /** Makes the fault of this step, if one is set: throws its reply, or drops the connection. */
  const reach = async (step: SmtpStep, session: SMTPServerSession): Promise<void> => {
    if (!fault || fault.at !== step || fault.left <= 0) return
    fault.left -= 1
    const { delayMs, hold, cut, reply } = fault
    if (delayMs) await sleep(delayMs)
    if (hold) {
      held += 1
      await changed.promise
      held -= 1
    }
    if (cut) {
      socketOf(session)?.destroy()
      await new Promise<never>(() => {})
    }
    if (reply) throw replyError(reply)
  }

  const at =
    (step: SmtpStep) =>
    (_what: unknown, session: SMTPServerSession, done: (error?: Error | null) => void): void => {
      reach(step, session).then(() => done(), done)
    }

  const take = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of stream) {
      if (chunks.length === 0) await reach('data', session)
      chunks.push(chunk as Buffer)
    }
    const raw = Buffer.concat(chunks).toString('utf8')
    const message = (): Received => ({
      from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
      to: session.envelope.rcptTo.map((rcpt) => rcpt.address),
      messageId: /^message-id:\s*(<[^>]*>)/im.exec(raw.slice(0, 16_384))?.[1] ?? '',
      raw: options.keep ? raw : '',
      at: Date.now(),
    })
    if (fault?.at === 'end' && fault.cut && fault.left > 0) received.push(message())
    await reach('end', session)
    received.push(message())
  }

  const server = new SMTPServer({
    logger: false,
    disableReverseLookup: true,
    closeTimeout: 100,
    allowInsecureAuth: true,
    authOptional: !options.auth,
    disabledCommands: [...(options.auth ? [] : ['AUTH']), ...(options.tls ? [] : ['STARTTLS'])],
    ...(options.tls
      ? { key: options.tls.key, cert: options.tls.cert, secure: options.tls.fromStart ?? false }
      : {}),
    onConnect: (session, done) => {
      made += 1
      reach('connect', session).then(() => done(), done)
    },
    onAuth: (auth, session, done) => {
      reach('auth', session).then(() => {
        const known = auth.username === options.auth?.user && auth.password === pass
        if (known) done(null, { user: auth.username })
        else done(replyError('535 5.7.8 Authentication credentials invalid'))
      }, done)
    },
    onMailFrom: at('mail'),
    onRcptTo: at('rcpt'),
    onData: (stream, session, done) => {
      take(stream, session).then(
        () => done(null, '2.0.0 Ok: queued'),
        (error: Error) => {
          stream.resume()
          done(error)
        },
      )
    },
  })
  server.on('error', () => {})
  const listener = server.listen(options.port ?? 0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    received,
    connections: () => ({ made, open: server.connections.size }),
    held: () => held,
    fault: (next) => {
      changed.resolve()
      changed = Promise.withResolvers()
      fault = next && { ...next, left: next.times ?? Number.POSITIVE_INFINITY }
    },
    setPassword: (next) => {
      pass = next
    },
    dropAll: () => {
      const all = [...server.connections] as unknown as { _socket: Socket }[]
      for (const connection of all) connection._socket.destroy()
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function replyError(reply: string): Error {
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) })
}
