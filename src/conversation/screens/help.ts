import { COMMANDS, type Command, type Screen } from '#ports/bot-platform.ts'
import type { Facts } from '../facts.ts'
import { blocks, lines } from './rich.ts'

/** Said by itself already, or by being there. */
const UNSAID: readonly Command[] = ['start', 'help']

export function helpScreen({ texts, bot }: Pick<Facts, 'texts' | 'bot'>): Screen {
  const share = bot.writeCommand('share')
  return {
    body: blocks(
      texts('chat.help.paste'),
      texts('chat.help.line', { share }),
      lines(
        ...COMMANDS.filter((command) => !UNSAID.includes(command)).map(
          (command) => `${bot.writeCommand(command)} – ${texts(`chat.command.${command}`)}`,
        ),
      ),
    ),
    buttons: [],
  }
}
