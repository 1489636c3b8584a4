import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { createConsoleBot } from '#bots/console/console-bot.ts'
import { CONSOLE, userOf } from '#bots/console/sitters.ts'
import { type Conversation, createConversation } from '#conversation/conversation.ts'
import type { TerminalInput, TerminalRef, TerminalStep, Terminals } from '#ports/terminals.ts'
import { type Board, createBoard } from '#src/chat/board.ts'
import type { ChatStage, Doing, SeenMessage, StageMaker } from '#test/fixtures/chat/stage.ts'
import type { ChatWorld } from '#test/fixtures/chat/world.ts'
import { quiet } from '#test/fixtures/quiet.ts'

const UNDO_MS = 10_000

/** A person's terminal, with all that stands on it. */
interface Seat {
  readonly name: string
  readonly terminal: TerminalRef
  readonly board: Board
  /** Messages, in the order in which they came. */
  readonly shown: Set<string>
  inputs: number
  last: TerminalInput | undefined
  after: number
}

/**
 * Terminals as they come in at a door, each listening for news. `asks`: whole lines are shown before they are sent, as
 * most dialogues have it.
 */
export function consoleStage({ asks }: { readonly asks: boolean }): StageMaker {
  return {
    has: ['unattended', 'several people', ...(asks ? [] : ['sends at once' as const])],
    open: async (world, { defaultRegion }) => openStage(world, asks, defaultRegion),
  }
}

function openStage(world: ChatWorld, asks: boolean, defaultRegion: string | undefined): ChatStage {
  const seats = new Map<string, Seat>()
  const seen = new Map<string, SeenMessage>()
  const settings = {
    baseUrl: 'https://passalong.example.org',
    undoMs: UNDO_MS,
    statusRestMs: 10,
    defaultRegion,
  }
  let running = start()

  function start() {
    const terminals = createConsoleBot({
      engine: world.engine,
      conversations: world.store.conversations,
      converse(parts) {
        const { clock } = world
        const conversation = createConversation({ ...parts, clock, logger: quiet, settings })
        return asks ? asking(conversation) : conversation
      },
      clock: world.clock,
      logger: quiet,
      randomBytes,
    })
    const ending = new AbortController()
    for (const seat of seats.values()) void listen(terminals, seat, ending.signal)
    return { terminals, ending }
  }

  async function listen(terminals: Terminals, seat: Seat, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const request = { after: seat.after, waitMs: 60_000, signal }
      const { steps, next } = await terminals.news(seat.terminal, request)
      seat.after = next
      take(seat, steps)
    }
  }

  function take(seat: Seat, steps: readonly TerminalStep[]): void {
    for (const step of steps) {
      if (!seat.board.apply(step)) continue
      seat.shown.add(step.message)
      const before = seen.get(step.message)
      const now = seenOn(seat, step.message)
      // The same once more is no change on a screen, and the end of buttons none that is told.
      const isAnew = step.kind === 'shown' && !isDeepStrictEqual(now, omitEdits(before))
      const edits = before ? before.edits + (isAnew ? 1 : 0) : 0
      seen.set(step.message, { ...now, edits })
    }
  }

  function seatOf(name: string): Seat {
    const known = seats.get(name)
    if (known) return known
    const seat: Seat = {
      name,
      terminal: { sitter: { login: name }, id: `terminal-of-${name}` },
      board: createBoard(),
      shown: new Set(),
      inputs: 0,
      last: undefined,
      after: 0,
    }
    seats.set(name, seat)
    void listen(running.terminals, seat, running.ending.signal)
    return seat
  }

  return {
    platform: CONSOLE.platform,
    user: (name) => userOf({ login: name }),
    async act(doing) {
      const seat = seatOf(doing.who.name)
      const input = doing.act.kind === 'repeats' && seat.last ? seat.last : inputOf(seat, doing)
      seat.last = input
      const answer = await running.terminals.enter(seat.terminal, input)
      take(seat, answer.steps)
      return { toast: answer.toast }
    },
    messages: () => [...seen.values()],
    async restart() {
      running.ending.abort()
      running.terminals.close()
      running = start()
    },
    async close() {
      running.ending.abort()
      running.terminals.close()
    },
  }
}

function omitEdits(message: SeenMessage | undefined): Omit<SeenMessage, 'edits'> | undefined {
  if (!message) return undefined
  const { edits: _, ...rest } = message
  return rest
}

function asking(conversation: Conversation): Conversation {
  return {
    ...conversation,
    handle: (platform, event) =>
      conversation.handle({ ...platform, caps: { ...platform.caps, sendsAtOnce: false } }, event),
  }
}

function seenOn({ board, name }: Seat, message: string): Omit<SeenMessage, 'edits'> {
  const { body = [], buttons = [] } = board.get(message)?.screen ?? {}
  return {
    id: message,
    chat: name,
    onlyFor: null,
    text: body.map(({ text }) => text).join(''),
    buttons: buttons.map((row) => row.map(({ label }) => label)),
    urls: buttons.flat().flatMap((one) => (one.kind === 'url' ? [one.url] : [])),
  }
}

function inputOf(seat: Seat, { act, locale, unattended }: Doing): TerminalInput {
  seat.inputs += 1
  const id = String(seat.inputs)
  return { id, act: typedAs(act, seat), locale, timeZone: null, unattended }
}

/** What a person would type for it. */
function typedAs(act: Doing['act'], { board, shown }: Seat): TerminalInput['act'] {
  switch (act.kind) {
    case 'says':
      return { kind: 'typed', text: act.text }
    case 'commands':
      return { kind: 'typed', text: `/${act.command} ${act.text}` }
    case 'miscommands':
      return { kind: 'typed', text: `/${act.name}` }
    case 'starts':
      return { kind: 'typed', text: `/start ${act.payload ?? ''}` }
    case 'presses':
      return pressOf(board, shown, act.label)
    case 'forwards':
    case 'edits':
    case 'picks':
    case 'repeats':
      throw new Error(`nobody ${act.kind} at a terminal`)
    default:
      return act satisfies never
  }
}

/** The newest button whose label begins so. */
function pressOf(board: Board, shown: ReadonlySet<string>, label: string): TerminalInput['act'] {
  for (const message of [...shown].toReversed()) {
    const buttons = board.get(message)?.screen.buttons.flat() ?? []
    const button = buttons.find((one) => one.label.startsWith(label))
    if (button?.kind === 'press') return { kind: 'pressed', press: button.press, message }
  }
  throw new Error(`there is no button “${label}”`)
}
