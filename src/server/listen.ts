import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { refusal } from '#core/refusal.ts'
import type { TextKey } from '#locales/texts.ts'

/** Answers that are still being written when the server stops get so long. */
const CLOSE_MS = 5_000
/** A connection over which nothing goes either way is ended; event streams say something more often. */
const SILENCE_MS = 120_000

export interface Listening {
  /** The port it came to. */
  readonly port: number
  /** From here requests are answered; earlier ones waited. */
  serve(handler: RequestListener): void
  /** Takes no more, finishes what runs, and cuts what is left after a while. */
  close(): Promise<void>
}

/** Listens on a TCP port, or on a Unix socket. Throws what to do where the place is taken. */
export async function listen(
  place: ListenPlace,
  { silenceMs = SILENCE_MS }: { readonly silenceMs?: number } = {},
): Promise<Listening> {
  const waiting: Parameters<RequestListener>[] = []
  let answer: RequestListener = (...exchange) => waiting.push(exchange)
  const server = createServer((req, res) => {
    // A client that keeps its connection busy would keep a server that stops, too.
    if (!server.listening) res.shouldKeepAlive = false
    answer(req, res)
  })
  // A name for hostile clients: slow headers end after 20 s, requests after a minute.
  server.headersTimeout = 20_000
  server.requestTimeout = 60_000
  // Neither of them looks at a connection that never sends a byte.
  server.timeout = silenceMs
  await bind(server, place)
  const address = server.address() as AddressInfo | string | null
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    serve(handler) {
      answer = handler
      for (const exchange of waiting.splice(0)) handler(...exchange)
    },
    close: () => close(server),
  }
}

export type ListenPlace =
  | { readonly host: string; readonly port: number }
  | { readonly path: string }

function bind(server: Server, place: ListenPlace): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, place)))
    const bound = (): void => {
      server.removeAllListeners('error')
      resolve()
    }
    if ('path' in place) privately(() => server.listen(place, bound))
    else server.listen(place, bound)
  })
}

/** What is made within is this user's alone from its first moment. Binding a path does not wait. */
function privately(make: () => void): void {
  const before = process.umask(0o177)
  try {
    make()
  } finally {
    process.umask(before)
  }
}

function explain(error: NodeJS.ErrnoException, place: ListenPlace): Error {
  if ('path' in place) return error
  const key = LISTEN_FAULTS[error.code ?? '']
  const { host, port } = place
  return key ? refusal('unavailable', key, { values: { host, port }, cause: error }) : error
}

const LISTEN_FAULTS: Readonly<Record<string, TextKey>> = {
  EADDRINUSE: 'setup.cannot.port_in_use',
  EACCES: 'setup.cannot.port_forbidden',
  EADDRNOTAVAIL: 'setup.cannot.no_such_host',
  ENOTFOUND: 'setup.cannot.no_such_host',
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_MS)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
