import { once } from 'node:events'
import { createRequire } from 'node:module'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { steadyPort } from './steady-port.ts'

/** One segment that a client submitted. */
export interface Submitted {
  readonly from: string
  readonly to: string
  /** 0: GSM 7-bit; 4: bytes; 8: UCS-2. */
  readonly dataCoding: number
  readonly udh: Buffer | null
  /** Read by the data coding; a half of a surrogate pair stands alone here. Empty for bytes. */
  readonly text: string
  readonly bytes: Buffer
  readonly receiptAsked: boolean
}

/** What the network does with submits from now on. */
export interface SmscBehaviour {
  /** `command_status` of the answer: 0x58 throttled, 0x14 queue full, 0x0B no such number… Default: 0. */
  readonly status?: number
  /** So many submits; then all is well again. Default: all. */
  readonly times?: number
  /** The final state that the receipt tells: DELIVRD, UNDELIV, EXPIRED, REJECTD… null: no receipt. */
  readonly stat?: string | null
  /** The receipt's error code. */
  readonly err?: string
  /** The receipt goes out before the answer to the submit. */
  readonly receiptFirst?: boolean
  /** Receipts wait for {@link SmppSmsc.report}. */
  readonly holdReceipts?: boolean
}

/** A phone network with an SMPP 3.4 server, as operators have it. */
export interface SmppSmsc {
  readonly port: number
  /** What was answered with success, oldest first. */
  arrived(): readonly Submitted[]
  behave(behaviour: SmscBehaviour): void
  /** Sends the receipts that wait, and those that no client has answered yet; resolves when all are answered. */
  report(): Promise<void>
  /** A phone sends a text; resolves when the client has answered it, rejects when it went away before. */
  deliver(from: string, to: string, text: string): Promise<void>
  /** Everything that clients wrote, byte for byte. */
  written(): Buffer
  isBound(): boolean
  /** Drops every connection. */
  cut(): void
  close(): Promise<void>
}

/** The npm package has no types: what is used of it. */
interface Pdu {
  readonly command: string
  readonly command_status: number
  readonly source_addr: string
  readonly destination_addr: string
  readonly data_coding: number
  readonly registered_delivery: number
  readonly short_message: { readonly message: string | Buffer; readonly udh?: readonly Buffer[] }
  response(over: object): Pdu
}

interface Session {
  readonly socket: Socket
  on(event: 'pdu', listener: (pdu: Pdu) => void): void
  on(event: 'error' | 'close', listener: () => void): void
  once(event: 'close', listener: () => void): void
  off(event: 'close', listener: () => void): void
  send(pdu: Pdu, onResponse?: (pdu: Pdu) => void): boolean
  deliver_sm(fields: object, onResponse?: (pdu: Pdu) => void): boolean
}

interface SmppModule {
  createServer(listener: (session: Session) => void): Server
}

const smpp = createRequire(import.meta.url)('smpp') as SmppModule

/** esm_class of a receipt. */
const RECEIPT = 0x04

/** Takes every bind and, unless told otherwise, delivers everything and says so, to the next client if need be. */
export async function startSmppSmsc(options: { port?: number } = {}): Promise<SmppSmsc> {
  const arrived: Submitted[] = []
  const written: Buffer[] = []
  const clients = new Set<Socket>()
  const bound = new Set<Session>()
  /** Receipts that no client has answered. */
  const owed = new Map<string, object>()
  let behaviour: SmscBehaviour = {}
  let left = Number.POSITIVE_INFINITY
  let messages = 0

  const receipt = (
    session: Session,
    pdu: Pdu,
    id: string,
    { stat = 'DELIVRD', err, holdReceipts }: SmscBehaviour,
  ): void => {
    if (stat === null || (pdu.registered_delivery & 3) === 0) return
    owed.set(id, {
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      esm_class: RECEIPT,
      data_coding: 0,
      short_message: receiptText(id, stat, err),
    })
    if (!holdReceipts) tell(session, id)
  }
  const tell = (session: Session, id: string): void => {
    const fields = owed.get(id)
    if (fields) session.deliver_sm(fields, () => owed.delete(id))
  }
  const tellOwed = (session: Session): void => {
    for (const id of owed.keys()) tell(session, id)
  }

  const submit = async (session: Session, pdu: Pdu): Promise<void> => {
    const now: SmscBehaviour = left > 0 ? behaviour : {}
    left -= 1
    messages += 1
    const id = `${messages}`
    const { status = 0 } = now
    if (status === 0) arrived.push(submitted(pdu))
    if (now.receiptFirst) {
      receipt(session, pdu, id, now)
      await sleep(20)
    }
    session.send(pdu.response({ command_status: status, message_id: status === 0 ? id : '' }))
    if (status === 0 && !now.receiptFirst) receipt(session, pdu, id, now)
  }

  const server = smpp.createServer((session) => {
    session.on('error', () => session.socket.destroy())
    session.on('close', () => bound.delete(session))
    session.on('pdu', (pdu) => {
      if (pdu.command.startsWith('bind_') && !pdu.command.endsWith('_resp')) {
        bound.add(session)
        session.send(pdu.response({ system_id: 'network' }))
        if (!behaviour.holdReceipts) tellOwed(session)
      } else if (pdu.command === 'submit_sm') void submit(session, pdu)
      else if (['enquire_link', 'unbind'].includes(pdu.command)) session.send(pdu.response({}))
    })
  })
  const inner = await listening(server, 0)
  /** In front of the server, so that what clients write can be read as it came. */
  const front = createServer((client) => {
    const behind = connect(inner, '127.0.0.1')
    for (const socket of [client, behind]) socket.on('error', () => socket.destroy())
    clients.add(client)
    client.once('close', () => {
      clients.delete(client)
      behind.destroy()
    })
    behind.once('close', () => client.destroy())
    client.on('data', (chunk) => written.push(chunk))
    client.pipe(behind).pipe(client)
  })
  const port = await listening(front, options.port ?? (await steadyPort()))

  return {
    port,
    arrived: () => arrived,
    behave(next) {
      behaviour = next
      left = next.times ?? Number.POSITIVE_INFINITY
    },
    async report() {
      behaviour = { ...behaviour, holdReceipts: false }
      for (const session of bound) tellOwed(session)
      while (owed.size > 0) await sleep(10)
    },
    deliver: (from, to, text) =>
      new Promise((resolve, reject) => {
        const [session] = bound
        const fields = {
          source_addr: from,
          destination_addr: to,
          data_coding: 8,
          short_message: text,
        }
        const gone = (): void => reject(new Error('nobody is bound'))
        const answered = (): void => {
          session?.off('close', gone)
          resolve()
        }
        session?.once('close', gone)
        if (!session?.deliver_sm(fields, answered)) gone()
      }),
    written: () => Buffer.concat(written),
    isBound: () => bound.size > 0,
    cut() {
      for (const client of clients) client.destroy()
    },
    async close() {
      for (const client of clients) client.destroy()
      await Promise.all([front, server].map((one) => new Promise((done) => one.close(done))))
    },
  }
}

async function listening(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function submitted(pdu: Pdu): Submitted {
  const { message, udh } = pdu.short_message
  return {
    from: pdu.source_addr,
    to: pdu.destination_addr,
    dataCoding: pdu.data_coding,
    udh: udh && udh.length > 0 ? Buffer.concat(udh) : null,
    text: typeof message === 'string' ? message : '',
    bytes: typeof message === 'string' ? Buffer.alloc(0) : message,
    receiptAsked: (pdu.registered_delivery & 3) !== 0,
  }
}

/** As SMPP 3.4 shows it in appendix B. */
function receiptText(id: string, stat: string, err = '000'): string {
  const done = stat === 'DELIVRD' ? '001' : '000'
  return `id:${id} sub:001 dlvrd:${done} submit date:2611302200 done date:2611302201 stat:${stat} err:${err} text:`
}
