import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A message as the network of Kannel's fake SMSC was given it: one segment. */
export interface ArrivedSegment {
  readonly from: string
  readonly to: string
  /** How it was sent. With a `udh` the encoding is not told. */
  readonly kind: 'text' | 'ucs-2' | 'data'
  readonly udh: Buffer | null
  /** UTF-8 for `text`, UTF-16BE for `ucs-2`. */
  readonly data: Buffer
}

/** The phone network behind Kannel: its fake SMSC is given inbound texts, and prints what goes out. */
export interface FakeSmsc {
  /** Every segment so far, oldest first, over all connections. */
  arrived(): readonly ArrivedSegment[]
  /** A phone sends a text, in one line: tells Kannel that it is in UTF-8. */
  text(from: string, text: string): void
  /** A phone sends UCS-2: UTF-16 as it is in the text, lone surrogates too. */
  ucs2(from: string, text: string): void
  /** A phone sends bytes that no charset is known of. */
  bytes(from: string, data: Uint8Array): void
  /** Whether it is connected now; it comes back by itself when bearerbox does. */
  isConnected(): boolean
  close(): Promise<void>
}

const RETRY_MS = 50

/** Connects to the fake SMSC's port on loopback. `sender` is the number that messages come from and go back to. */
export async function openFakeSmsc(port: number, sender: string): Promise<FakeSmsc> {
  /** What each connection printed. */
  const printed: string[] = []
  let socket: Socket | undefined
  let closed = false

  const open = (): Promise<boolean> =>
    new Promise((resolve) => {
      const opening = connect(port, '127.0.0.1')
      opening.once('error', () => resolve(false))
      opening.once('connect', () => {
        socket = opening
        const at = printed.push('') - 1
        opening.setEncoding('latin1')
        opening.on('data', (chunk) => {
          printed[at] = (printed[at] ?? '') + chunk
        })
        opening.once('close', () => {
          socket = undefined
          if (!closed) void keepTrying()
        })
        resolve(true)
      })
    })
  const keepTrying = async (): Promise<void> => {
    while (!closed && !(await open())) await sleep(RETRY_MS)
  }
  const write = (line: string): void => {
    if (!socket) throw new Error('the fake SMSC is not connected')
    socket.write(line)
  }

  await keepTrying()
  return {
    arrived: () => printed.flatMap((text) => segmentsIn(text, sender)),
    text: (from, text) => write(`${from} ${sender} text ${text}\n`),
    ucs2: (from, text) => write(`${from} ${sender} ucs2 ${percent(utf16be(text))}\n`),
    bytes: (from, data) => write(`${from} ${sender} data ${percent(data)}\n`),
    isConnected: () => socket !== undefined,
    async close() {
      closed = true
      socket?.destroy()
    },
  }
}

/**
 * Reads what the fake SMSC printed: `from to text …`, `from to ucs-2 %4F%60`, `from to udh %05… data …`. Line
 * breaks within a text stand there as they are, so that only a line with the sender's number begins a message.
 */
function segmentsIn(printed: string, sender: string): ArrivedSegment[] {
  const starts = new RegExp(`^${sender} (\\S+) (?:udh (\\S+) )?(text|ucs-2|data) `, 'gm')
  const heads = [...printed.matchAll(starts)]
  return heads.map((head, n) => {
    const end = heads[n + 1]?.index ?? printed.length
    const body = printed.slice(head.index + head[0].length, end).replace(/\n$/, '')
    const kind = head[3] as ArrivedSegment['kind']
    return {
      from: sender,
      to: head[1] ?? '',
      kind,
      udh: head[2] === undefined ? null : unescaped(head[2]),
      data: kind === 'text' ? Buffer.from(body, 'latin1') : unescaped(body),
    }
  })
}

/** `%4F+x` as bytes. */
function unescaped(text: string): Buffer {
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1')
}

function percent(data: Uint8Array): string {
  return Buffer.from(data).toString('hex').replace(/../g, '%$&')
}

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}
