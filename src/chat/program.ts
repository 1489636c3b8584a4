import { Command } from 'commander'
import type { Texts } from '#locales/texts.ts'
import { speakIn } from '../cli/usage.ts'
import { VERSION } from '../version.ts'

export interface ChatOptions {
  readonly account?: string
}

/** What may be given to `npm run chat --`. */
export function createProgram(texts: Texts, act: (options: ChatOptions) => Promise<void>): Command {
  return speakIn(new Command('npm run chat --'), texts)
    .description(texts('terminal.about'))
    .version(VERSION, '-V, --version', texts('cli.help.version'))
    .option('--account <name>', texts('terminal.help.account'))
    .helpCommand(false)
    .addHelpText('after', `\n${texts('terminal.env')}`)
    .exitOverride()
    .action(act)
}
