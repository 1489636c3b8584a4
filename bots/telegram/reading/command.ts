import { COMMANDS, type Command } from '#ports/bot-platform.ts'
import { after, type MarkedText } from './content.ts'

/** A command as it was given. */
export interface GivenCommand {
  readonly name: string
  /** Null: we do not have it. */
  readonly command: Command | null
  /** It names a bot: ours, or another one. */
  readonly to: 'us' | 'another' | null
  readonly rest: MarkedText
}

/** What goes by another name on Telegram. */
const ALIASES: Readonly<Record<string, Command>> = { passalong: 'share', settings: 'lang' }

/** Null: the text does not begin with a command. `bot`: our username. */
export function commandOf(said: MarkedText, bot: string): GivenCommand | null {
  const entity = said.entities.find(({ type, offset }) => type === 'bot_command' && offset === 0)
  if (!entity) return null
  const [name = '', to] = said.text.slice(1, entity.length).toLowerCase().split('@')
  return {
    name,
    command: commandNamed(name),
    to: to === undefined ? null : to === bot.toLowerCase() ? 'us' : 'another',
    rest: after(entity.length, said),
  }
}

/** Null: there is none of that name. */
export function commandNamed(name: string): Command | null {
  return COMMANDS.find((command) => command === name) ?? ALIASES[name] ?? null
}
