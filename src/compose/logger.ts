import { pino, type SerializedError } from 'pino'
import { hasCode, rootMessage } from '#core/errors.ts'
import type { Logger } from '#ports/logger.ts'
import type { Config } from '#src/config.ts'

/**
 * Parts of logged objects that may hold a secret, at the top and one level down (errors, requests; what Redis refused
 * is quoted whole, a password too).
 */
const HIDDEN = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  'headers',
  'config',
  'auth',
  'command',
]

/**
 * One JSON line for each event on stderr, or a short line for people where stderr is a terminal. Written at
 * once, so that nothing is lost with the process.
 */
export function createLogger(level: Config['logLevel'], forPeople = process.stderr.isTTY): Logger {
  const stream = pino.destination({ fd: process.stderr.fd, sync: true })
  const target = forPeople ? { write: (line: string) => stream.write(readable(line)) } : stream
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: FINE.includes(level) ? pino.stdSerializers.err : shortened },
      redact: { paths: HIDDEN.flatMap((name) => [name, `*.${name}`]), censor: '[hidden]' },
    },
    target,
  )
}

/** Levels that also say where in our code an outage was met. */
const FINE: readonly string[] = ['debug', 'trace']

/** In an outage the same is met by every request and every look: each gets a line, not a stack. */
function shortened(error: Error): SerializedError | Outage {
  if (!hasCode(error, 'unavailable')) return pino.stdSerializers.err(error)
  return { code: error.code, message: error.message, why: rootMessage(error) }
}

interface Outage {
  readonly code: string
  readonly message: string
  /** In the words of whatever met it. */
  readonly why: string
}

/** `12:04:05 warn  the message  key=value`, and an error's stack, or why something is away, below it. */
export function readable(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as LoggedLine
  const details = Object.entries(fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  const head = [time.slice(11, 19), level.padEnd(5), msg, ...details].join(' ')
  const below = err?.stack ?? err?.why
  const error = below ? `\n  ${below.replaceAll('\n', '\n  ')}` : ''
  return `${(head + error).replace(TERMINAL_CONTROLS, '')}\n`
}

/** Errors quote what others sent: a terminal must not obey it. */
const TERMINAL_CONTROLS = /[^\P{Cc}\n]/gu

interface LoggedLine {
  readonly level: string
  readonly time: string
  readonly msg: string
  readonly err?: { readonly stack?: string; readonly why?: string }
  readonly [field: string]: unknown
}
