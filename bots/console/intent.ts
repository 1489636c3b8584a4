import { COMMANDS, type Command, type Content, type Intent } from '#ports/bot-platform.ts'
import type { TerminalInput } from '#ports/terminals.ts'

/** `/name` alone, or before white space and the rest. */
const COMMAND = /^\/([\p{L}][\p{L}\d_-]{0,31})(?=\s|$)/u

/** What was done at a terminal, as the conversation understands it. */
export function intentOf(act: TerminalInput['act']): Intent {
  switch (act.kind) {
    case 'typed':
      return typed(act.text.trim())
    case 'pressed':
      return act
  }
  return act satisfies never
}

function typed(text: string): Intent {
  const [head, word] = COMMAND.exec(text) ?? []
  if (head === undefined || word === undefined) return { kind: 'said', content: contentOf(text) }
  const rest = text.slice(head.length).trim()
  const name = word.toLowerCase()
  if (!isCommand(name)) return { kind: 'unknown-command', name: word }
  if (name === 'start') return { kind: 'started', payload: rest || null }
  return { kind: 'command', command: name, content: contentOf(rest) }
}

function isCommand(name: string): name is Command {
  return (COMMANDS as readonly string[]).includes(name)
}

/** A terminal knows of no links, mentions or forwarded posts: there is the text alone. */
function contentOf(text: string): Content {
  return { text, links: [], mentions: [], forwarded: null, repliesTo: null, message: null }
}
