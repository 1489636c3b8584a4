import { type Button, type MessageRef, type Screen, settled } from '#ports/bot-platform.ts'
import type { TerminalInput, TerminalStep } from '#ports/terminals.ts'

/** A message as it stands now. */
export interface Standing {
  readonly message: MessageRef
  readonly order: number
  readonly screen: Screen
}

type Press = Extract<TerminalInput['act'], { kind: 'pressed' }>
type PressButton = Extract<Button, { kind: 'press' }>

/** Messages whose buttons can be chosen; older ones are forgotten. */
const MAX_STANDING = 50

/** The messages of a conversation in their order, and what can be chosen in them. */
export interface Board {
  /** False: it is no news. */
  apply(step: TerminalStep): boolean
  get(message: MessageRef): Standing | undefined
  /** The last message with buttons: its numbers hold. */
  numbered(): MessageRef | undefined
  /** Whether the last message asks for something to be typed. */
  asks(): boolean
  /** What a typed line does: a number or a label presses its button, all else is said. */
  actOf(typed: string): TerminalInput['act']
}

export function createBoard(): Board {
  const standing = new Map<MessageRef, Standing>()

  function apply(step: TerminalStep): boolean {
    const before = standing.get(step.message)
    if (before && before.order >= step.order) return false
    if (step.kind === 'shown') {
      standing.set(step.message, step)
      forgetOldest()
      return true
    }
    if (!before) return false
    const { screen } = before
    standing.set(step.message, { ...before, order: step.order, screen: settled(screen) })
    return screen.buttons.length > 0 || screen.placeholder !== undefined
  }

  function forgetOldest(): void {
    const [oldest] = standing.keys()
    if (standing.size > MAX_STANDING && oldest !== undefined) standing.delete(oldest)
  }

  const newestFirst = (): readonly Standing[] => [...standing.values()].toReversed()
  const current = (): Standing | undefined =>
    newestFirst().find((message) => pressButtons(message).length > 0)

  return {
    apply,
    get: (message) => standing.get(message),
    numbered: () => current()?.message,
    asks: () => newestFirst()[0]?.screen.placeholder !== undefined,
    actOf(typed) {
      const text = typed.trim()
      return numbered(text) ?? labelled(text) ?? { kind: 'typed', text: typed }
    },
  }

  function numbered(text: string): Press | undefined {
    const last = current()
    const button = /^\d{1,2}$/.test(text) ? pressButtons(last)[Number(text) - 1] : undefined
    return last && button ? pressOf(last, button) : undefined
  }

  function labelled(text: string): Press | undefined {
    const wanted = bare(text)
    if (wanted === '') return undefined
    for (const message of newestFirst()) {
      const open = pressButtons(message).filter(({ label }) => !saysItself(label))
      const button = open.find(({ label }) => bare(label) === wanted)
      if (button) return pressOf(message, button)
    }
    return undefined
  }
}

function pressButtons(message: Standing | undefined): readonly PressButton[] {
  return (message?.screen.buttons ?? []).flat().filter((button) => button.kind === 'press')
}

/**
 * Whether who types the label means what it says, and not the button: an address, or what is chosen already and would
 * be taken off again.
 */
function saysItself(label: string): boolean {
  return label.startsWith('✓') || /@|\d{5}/.test(label)
}

/** A label as it is typed: without pictures before or behind it. */
function bare(label: string): string {
  return label.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N})]+$/gu, '').toLocaleLowerCase()
}

function pressOf({ message }: Standing, { press }: PressButton): Press {
  return { kind: 'pressed', press, message }
}
