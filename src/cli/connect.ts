import { connect as connectSocket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode } from '#core/errors.ts'
import { type Texts, textsFor } from '#locales/texts.ts'
import { createLogger } from '../compose/logger.ts'
import { type Environment, readConfig } from '../config.ts'
import { findSocket } from '../server/private-socket.ts'
import { terminalLocale } from '../terminal-locale.ts'
import { CliError } from './cli-error.ts'
import { type Client, createClient } from './client.ts'
import { reachFault } from './reach.ts'
import { readToken } from './token.ts'

/** A server that is starting listens after a second or so; a command is done in a moment. */
const BUSY_MS = 5_000
const RETRY_MS = 100

/** A client with what it stands on. */
export interface Connection {
  readonly client: Client
  /** The same for an account, where a name is all that it takes. */
  as(username: string): Client
  /** `server`: by a running one; `remote`: another machine's; `alone`: by this process. */
  readonly mode: 'server' | 'remote' | 'alone'
  /** Whether a server is there for whoever opens a link. */
  linksOpen(): Promise<boolean>
  /** Sends what is due, where nobody else does. */
  deliver(): Promise<void>
  close(): Promise<void>
}

export interface ConnectOptions {
  readonly env: Environment
  /** The account to act as, by name; the operator where it is left out. */
  readonly as?: string | undefined
}

/** Finds who does the work: PASSALONG_URL, the server on the data folder, or this very process. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const until = Date.now() + BUSY_MS
  for (;;) {
    const connection = (await connectRunning(options)) ?? (await tryAlone(options, until))
    if (connection) return connection
    await sleep(RETRY_MS)
  }
}

/** Null where another process holds the folder and may be about to listen, or to let go. */
async function tryAlone(options: ConnectOptions, until: number): Promise<Connection | null> {
  try {
    return await connectAlone(options)
  } catch (error) {
    const busy = hasCode(error, 'conflict')
    if (busy && Date.now() < until) return null
    throw error
  }
}

/** The same, but null where no server runs. */
export async function connectRunning({ env, as }: ConnectOptions): Promise<Connection | null> {
  const locale = terminalLocale(env)
  const texts = textsFor(locale)
  const remote = remoteOf(env, texts)
  if (remote) {
    if (as) throw new CliError(texts('cli.onlyLocal'), 2)
    const headers = { 'accept-language': locale, authorization: `Bearer ${remote.token}` }
    const client = createClient({ place: { url: remote.url }, headers, texts })
    return still('remote', client, () => client)
  }
  const config = readConfig(env)
  // On MongoDB the database is what is shared, not a folder.
  if (!config.embedded) return null
  const socketPath = findSocket(config.dataDir)
  if (!(await answers(socketPath))) return null
  const clientAs = (username?: string): Client => socketClient(socketPath, { env, as: username })
  return still('server', clientAs(as), clientAs)
}

async function connectAlone(options: ConnectOptions): Promise<Connection> {
  const config = readConfig(options.env)
  const { openAlone } = await import('./alone.ts')
  // A command is not a server: its own words matter, the log only when something goes wrong.
  const level = config.logLevel === 'info' ? 'warn' : config.logLevel
  const alone = await openAlone(config, createLogger(level))
  const clientAs = (username: string): Client =>
    socketClient(alone.socketPath, { ...options, as: username })
  return {
    client: socketClient(alone.socketPath, options),
    as: clientAs,
    mode: 'alone',
    linksOpen: async () => !config.embedded && (await reachFault(config.linkBaseUrl)) === undefined,
    deliver: alone.deliver,
    close: alone.close,
  }
}

function socketClient(socketPath: string, { env, as }: ConnectOptions): Client {
  const locale = terminalLocale(env)
  const headers = { 'accept-language': locale, ...(as ? { 'passalong-account': as } : {}) }
  return createClient({ place: { socketPath }, headers, texts: textsFor(locale) })
}

function still(mode: Connection['mode'], client: Client, as: Connection['as']): Connection {
  return { client, as, mode, linksOpen: async () => true, async deliver() {}, async close() {} }
}

export function remoteOf(env: Environment, texts: Texts): { url: string; token: string } | null {
  const url = env.PASSALONG_URL?.trim()
  if (!url) return null
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new CliError(`PASSALONG_URL: ${texts('setup.must.httpUrl')}`, 2)
  }
  const token = readToken(env)
  if (!token) throw new CliError(texts('cli.tokenMissing'), 2)
  return { url, token }
}

/** Whether a server listens on the private socket. */
export function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(socketPath)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
