import { pino } from 'pino'
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
      redact: { paths: HIDDEN.flatMap((name) => [name, `*.${name}`]), censor: '[hidden]' },
    },
    target,
  )
}

/** `12:04:05 warn  the message  key=value`, and the stack of an error below it. */
export function readable(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as LoggedLine
  const details = Object.entries(fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  const head = [time.slice(11, 19), level.padEnd(5), msg, ...details].join(' ')
  const stack = err?.stack ? `\n  ${err.stack.replaceAll('\n', '\n  ')}` : ''
  return `${(head + stack).replace(TERMINAL_CONTROLS, '')}\n`
}

/** Errors quote what others sent: a terminal must not obey it. */
const TERMINAL_CONTROLS = /[^\P{Cc}\n]/gu

interface LoggedLine {
  readonly level: string
  readonly time: string
  readonly msg: string
  readonly err?: { readonly stack?: string }
  readonly [field: string]: unknown
}
