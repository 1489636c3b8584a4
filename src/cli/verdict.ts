import { CommanderError } from 'commander'
import { PassalongError } from '#core/errors.ts'
import { sayError, type Texts } from '#locales/texts.ts'
import { ConfigError } from '../config.ts'
import { CliError } from './cli-error.ts'
import { usageFault } from './usage.ts'

/** What to print on stderr, and the exit status. */
export function verdict(error: unknown, texts: Texts): { text: string; status: number } {
  if (error instanceof CommanderError) {
    return error.exitCode === 0
      ? { text: '', status: 0 }
      : { text: usageFault(error, texts), status: 2 }
  }
  if (error instanceof CliError) return { text: error.message, status: error.exitCode }
  if (error instanceof PassalongError) return { text: sayError(error, texts), status: 1 }
  if (error instanceof ConfigError) {
    const text = [texts('setup.boot.faults'), ...error.lines(texts)].join('\n  ')
    return { text, status: 1 }
  }
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { text: texts('cli.failed', { why }), status: 1 }
}
