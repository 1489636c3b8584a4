import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Locale } from '#core/locale.ts'
import type { TerminalInput } from '#ports/terminals.ts'
import {
  type ChatAnswerJson,
  type ChatNewsJson,
  chatAnswerSchema,
  chatNewsSchema,
} from '#web/api/chat-schemas.ts'
import type { ShareJson } from '#web/api/share-schemas.ts'
import { UnreachableError } from '../cli/cli-error.ts'
import type { ChatClient } from '../cli/client.ts'
import { type Connection, connect, connectRunning } from '../cli/connect.ts'
import { type Environment, readConfig } from '../config.ts'

/** A server that is started again is back within so long. */
const PATIENCE_MS = 30_000
const RETRY_MS = 300
/** Below the time that proxies keep a silent request open. */
const WAIT_S = 25

export interface LineOptions {
  readonly env: Environment
  /** The account to act for; undefined: whoever the login is linked to. */
  readonly account: string | undefined
  readonly locale: Locale
  /** Nobody reads along. */
  readonly unattended: boolean
  /** The connection went, or came again. */
  onChange(state: 'away' | 'back'): void
}

/** The way from this terminal to the conversation; it is made anew where it breaks. */
export interface Line {
  mode(): Connection['mode']
  /** Asked again until it is answered, for a while. */
  enter(act: TerminalInput['act']): Promise<ChatAnswerJson>
  news(after: number, signal: AbortSignal): Promise<ChatNewsJson>
  /** How a share of the account fares. */
  status(share: string, account: string): Promise<ShareJson>
  close(): Promise<void>
}

export async function openLine(options: LineOptions): Promise<Line> {
  const { env, account, locale, unattended, onChange } = options
  const terminal = randomBytes(12).toString('base64url')
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  let inputs = 0
  /** Null: nobody has been asked yet. */
  let isThere: boolean | null = null
  let connection = await connect({ env, as: account })
  await connection.deliver()

  function chat(): ChatClient {
    const named = account !== undefined || connection.mode === 'remote'
    return connection.client.chat(terminal, named ? null : loginOf(env))
  }

  function found(there: boolean): void {
    if (isThere !== null && isThere !== there) onChange(there ? 'back' : 'away')
    isThere = there
  }

  /** To the server when it runs again: whoever took its place would keep it from its data. */
  async function renew(): Promise<void> {
    const next = await connectRunning({ env, as: account })
    if (next) connection = next
  }

  /** Tries again while nobody is there any more, until `signal` ends or patience does. */
  async function persist<T>(ask: (chat: ChatClient) => Promise<T>, signal?: AbortSignal) {
    const until = Date.now() + PATIENCE_MS
    for (;;) {
      try {
        const answer = await ask(chat())
        found(true)
        return answer
      } catch (error) {
        const isLast = isThere === null || signal?.aborted || Date.now() > until
        if (!(error instanceof UnreachableError) || isLast) throw error
        found(false)
        await sleep(RETRY_MS)
        await renew()
      }
    }
  }

  return {
    mode: () => connection.mode,
    async enter(act) {
      inputs += 1
      const input = { id: String(inputs), act, locale, timeZone, unattended }
      return chatAnswerSchema.parse(await persist((chat) => chat.enter(input)))
    },
    async news(after, signal) {
      const ask = (chat: ChatClient) => chat.news(after, WAIT_S, signal)
      return chatNewsSchema.parse(await persist(ask, signal))
    },
    status: (share, username) => connection.as(username).status(share),
    close: () => connection.close(),
  }
}

/** One's name on this machine; where several machines share a database, with the machine's. */
function loginOf(env: Environment): string {
  const login = userName().replace(/[\s:/#]+/gu, '_')
  return readConfig(env).embedded ? login : `${login}@${hostname()}`
}

/** Containers run as users that no list of users knows. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? 0}`
  }
}
