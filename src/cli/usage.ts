import type { Command, CommanderError } from 'commander'
import type { TextKey, Texts } from '#locales/texts.ts'

/** What commander says of a command that is not right, by its code; other codes keep its own words. */
const FAULTS: Readonly<Record<string, TextKey>> = {
  'commander.unknownCommand': 'cli.usage.unknownCommand',
  'commander.unknownOption': 'cli.usage.unknownOption',
  'commander.missingArgument': 'cli.usage.missingArgument',
  'commander.missingMandatoryOptionValue': 'cli.usage.missingOption',
  'commander.optionMissingArgument': 'cli.usage.optionMissingArgument',
  'commander.excessArguments': 'cli.usage.excessArguments',
}

const HEADINGS: Readonly<Record<string, TextKey>> = {
  'Usage:': 'cli.usage.usage',
  'Options:': 'cli.usage.options',
  'Commands:': 'cli.usage.commands',
}

/** Help in the reader's language, and nothing printed of errors. Commands that are added later take after it. */
export function speakIn(program: Command, texts: Texts): Command {
  return program
    .configureOutput({ outputError: () => {} })
    .configureHelp({
      styleTitle: (title) => {
        const key = HEADINGS[title]
        return key ? texts(key) : title
      },
    })
    .helpOption('-h, --help', texts('cli.help.help'))
    .helpCommand('help [command]', texts('cli.help.help'))
}

/** What was wrong with a command, and what may have been meant. Empty where help was printed instead. */
export function usageFault({ code, message }: CommanderError, texts: Texts): string {
  if (code === 'commander.help') return ''
  const key = FAULTS[code]
  const what = /'(.*?)'/.exec(message)?.[1] ?? ''
  const guess = /\(Did you mean (?:one of )?(.*)\?\)/.exec(message)?.[1]
  return [
    key ? texts(key, { what }) : message,
    ...(guess ? [texts('cli.usage.suggestion', { guess })] : []),
  ].join(' ')
}
