import type { Socket } from 'node:net'
import { type Codec, headerOf, MalformedPdu, type Pdu } from './codec.ts'
import { connect, type TlsTrust } from './connect.ts'
import { createFramer } from './framer.ts'
import { createPending } from './pending.ts'
import type { SmppSettings } from './settings.ts'
import { NEVER_AGAIN, OK, QUEUE_FULL } from './status.ts'

/** Milliseconds. Those of one send add up to less than a lease, and the send's own deadline is below it anyway. */
export interface Timeouts {
  /** Until the connection stands, with TLS. */
  readonly connect: number
  /** Until a bind is answered. */
  readonly bind: number
  /** Until a submit is answered. */
  readonly response: number
  /** Without a word from the SMSC, after which it is asked whether it is there. */
  readonly quiet: number
  /** Until that is answered. */
  readonly enquire: number
}

export interface SessionConfig {
  readonly settings: SmppSettings
  readonly codec: Codec
  readonly timeouts: Timeouts
  readonly tls?: TlsTrust | undefined
  /** Takes what the SMSC asks of us; resolves to the status that it is answered with. */
  readonly onRequest: (pdu: Pdu, session: Session) => Promise<number>
}

/** A connection to an SMSC over which a bind was accepted. Once ended it is never used again. */
export interface Session {
  /** May be sent over: it stands, and nobody took leave of it. */
  isUp(): boolean
  /**
   * Asks and waits for the answer. Throws {@link NotSent} where nothing went out, and a `NoAnswer` where the
   * request did and no answer came in time, or before the session ended.
   */
  request(command: string, fields: Pdu['fields'], options?: RequestOptions): Promise<Pdu>
  /** Throws when the SMSC does not answer in time; the session is ended then. */
  enquire(): Promise<void>
  /** Resolves with the reason when it has ended. */
  readonly ended: Promise<string>
  /** Takes leave (unbind) and ends it. */
  unbind(): Promise<void>
  destroy(reason: string): void
}

export interface RequestOptions {
  /** The session's `response` time-out, where it is left out. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Takes an answer that comes after the time-out or the signal. */
  readonly onLate?: (pdu: Pdu) => void
}

/** Nothing of the request left this process. */
export class NotSent extends Error {}

/** The SMSC's answer to our bind. */
export class BindRefused extends Error {
  readonly status: number

  constructor(status: number) {
    super('the bind was refused')
    this.status = status
  }
}

const INTERFACE_VERSION = 0x34
const RESPONSE = '_resp'
/** Answers any request, by its sequence number. */
const NACK = 'generic_nack'
const LAST_SEQUENCE = 0x7fff_ffff
/** Requests of the SMSC that are worked on at once; more are told to come again. */
const MOST_INBOUND = 1_000
const UNBIND_MS = 2_000
const ANSWERED = new Set(['deliver_sm', 'data_sm', 'enquire_link', 'unbind'])
/** Commands that bring messages. */
const DELIVERING: Readonly<Record<number, string>> = { 5: 'deliver_sm', 259: 'data_sm' }

/**
 * Connects and binds; throws a {@link BindRefused}, or what kept the connection from standing. The codec of the
 * library is used, and not its session: that one loses its place in the stream where a PDU has a length of 0, reads
 * nothing more after one that is malformed, and never calls back for what is unanswered at the end.
 */
export async function openSession(config: SessionConfig): Promise<Session> {
  const { settings, timeouts } = config
  const session = overSocket(await connect(settings, timeouts.connect, config.tls), config)
  const fields = {
    system_id: settings.systemId,
    password: settings.password,
    system_type: settings.systemType,
    interface_version: INTERFACE_VERSION,
  }
  try {
    const timeoutMs = timeouts.bind
    const { status } = await session.request('bind_transceiver', fields, { timeoutMs })
    if (status !== OK) throw new BindRefused(status)
    return session
  } catch (error) {
    session.destroy('not bound')
    throw error
  }
}

function isAnswer({ command }: Pdu): boolean {
  return command === NACK || command.endsWith(RESPONSE)
}

function overSocket(socket: Socket, { codec, timeouts, onRequest }: SessionConfig): Session {
  const pending = createPending()
  const frames = createFramer()
  const { promise: ended, resolve: end } = Promise.withResolvers<string>()
  let reason = 'the connection was closed'
  let sequence = 0
  let inbound = 0
  let leaving = false

  const destroy = (why: string): void => {
    if (socket.destroyed) return
    reason = why
    socket.destroy()
  }
  /** At once: the SMSC works on the first while the next is written. */
  const write = (pdu: Pdu): void => void socket.write(codec.encode(pdu))
  const answer = (command: string, to: number, status: number): void => {
    if (socket.writable) write({ command, status, sequence: to, fields: {} })
  }
  const respond = (to: Pdu, status: number): void =>
    answer(ANSWERED.has(to.command) ? to.command + RESPONSE : NACK, to.sequence, status)

  const handOver = async (pdu: Pdu): Promise<void> => {
    if (inbound >= MOST_INBOUND) return respond(pdu, QUEUE_FULL)
    inbound++
    respond(pdu, await onRequest(pdu, session).finally(() => inbound--))
  }

  const take = (pdu: Pdu): void => {
    switch (pdu.command) {
      case 'enquire_link':
        respond(pdu, OK)
        break
      case 'unbind':
        respond(pdu, OK)
        leaving = true
        reason = 'the SMSC took leave'
        socket.end()
        break
      case 'alert_notification':
      case 'outbind':
        break
      default:
        if (isAnswer(pdu)) pending.answer(pdu)
        else void handOver(pdu)
    }
  }

  /** What cannot be read is refused for good before the session ends, so that it does not come again for ever. */
  const refuse = (frame: Buffer): void => {
    const { commandId, sequence: to } = headerOf(frame)
    const command = DELIVERING[commandId]
    if (command) answer(command + RESPONSE, to, NEVER_AGAIN)
  }

  const read = (chunk: Buffer): void => {
    for (const frame of frames(chunk)) {
      try {
        take(codec.decode(frame))
      } catch (error) {
        refuse(frame)
        throw error
      }
    }
  }

  socket.on('data', (chunk: Buffer) => {
    quiet.refresh()
    try {
      read(chunk)
    } catch (error) {
      if (!(error instanceof MalformedPdu)) throw error
      // Nothing more is read; what was answered before still goes out.
      reason = error.message
      socket.removeAllListeners('data').resume().destroySoon()
    }
  })
  socket.on('end', () => destroy(reason))
  socket.on('error', (error: NodeJS.ErrnoException) => {
    reason = error.code ?? error.message
  })
  socket.on('close', () => {
    clearTimeout(quiet)
    pending.end(reason)
    end(reason)
  })
  const quiet = setTimeout(() => session.enquire().catch(() => {}), timeouts.quiet).unref()

  const session: Session = {
    ended,
    destroy,
    isUp: () => socket.writable && !leaving,
    async request(command, fields, { timeoutMs = timeouts.response, signal, onLate } = {}) {
      if (signal?.aborted) throw new NotSent('given up before it was sent')
      if (!socket.writable) throw new NotSent(reason)
      sequence = sequence === LAST_SEQUENCE ? 1 : sequence + 1
      write({ command, status: OK, sequence, fields })
      return pending.wait(sequence, { timeoutMs, signal, onLate })
    },
    async enquire() {
      try {
        await session.request('enquire_link', {}, { timeoutMs: timeouts.enquire })
      } catch (error) {
        destroy('enquire_link was not answered')
        throw error
      }
    },
    async unbind() {
      leaving = true
      await session.request('unbind', {}, { timeoutMs: UNBIND_MS }).catch(() => {})
      if (!socket.destroyed) reason = 'we took leave'
      socket.destroySoon()
      await ended
    },
  }
  return session
}
