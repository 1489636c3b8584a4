import { COMMANDS, type Command } from '#ports/bot-platform.ts'
import { type Answer, answer, show } from '../../answer.ts'
import type { Facts } from '../../facts.ts'
import { waitsForLinkScreen } from '../../screens/link.ts'
import { said } from '../../screens/rich.ts'
import type { State } from '../../state/state.ts'
import { PIN } from '../link/take-pin.ts'
import { contextOf } from '../recipients/book.ts'
import { namesSomebody } from '../recipients/read-people.ts'

/** What cannot be understood gets the one hint that is likeliest to help. */
export function hint(facts: Facts, state: State, text: string): Answer {
  const isWaiting = state.draft !== null && !facts.sender && !PIN.test(text)
  const screen = isWaiting ? waitsForLinkScreen(facts) : said(hintFor(facts, text))
  return answer(state, show('message', screen))
}

function hintFor(facts: Facts, text: string): string {
  const { texts, bot } = facts
  if (PIN.test(text)) return texts('link.fault.noPin')
  if (namesSomebody(text, contextOf(facts, []))) return texts('chat.hint.linkFirst')
  if (!facts.sender) return texts('chat.hint.unlinked', { link: bot.writeCommand('link') })
  return texts('chat.hint.start')
}

/** A command that we do not have: the one that it looks like, else the list. */
export function unknownCommand(facts: Facts, state: State, name: string): Answer {
  const { texts, bot } = facts
  const meant = closest(name)
  const words = meant
    ? texts('chat.hint.command', { command: bot.writeCommand(meant) })
    : texts('chat.hint.commands', { help: bot.writeCommand('help') })
  return answer(state, show('message', said(words)))
}

/** Slips of the finger that a command is still known through. */
const MAX_SLIPS = 2

function closest(name: string): Command | undefined {
  const typed = name.toLowerCase().slice(0, 20)
  const [best] = COMMANDS.map((command) => ({ command, slips: slipsBetween(typed, command) }))
    .filter(({ command, slips }) => slips <= Math.min(MAX_SLIPS, command.length - 2))
    .sort((a, b) => a.slips - b.slips)
  return best?.command
}

/** Letters to be put in, left out or changed to make one of the other. */
export function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
