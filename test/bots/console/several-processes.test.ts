import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { createConsoleBot } from '#bots/console/console-bot.ts'
import { createConversation } from '#conversation/conversation.ts'
import type { TerminalInput, TerminalRef, TerminalStep, Terminals } from '#ports/terminals.ts'
import { type ChatWorld, openChatWorld } from '#test/fixtures/chat/world.ts'
import { until } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'

let world: ChatWorld
const processes: Terminals[] = []
afterEach(async () => {
  for (const one of processes.splice(0)) one.close()
  await world.stop()
})

/** What one process of a fleet has of the conversation, on the store that all share. */
function startProcess(): Terminals {
  const { engine, store, clock } = world
  const settings = {
    baseUrl: 'https://passalong.example.org',
    undoMs: 10_000,
    statusRestMs: 10,
    defaultRegion: undefined,
  }
  const one = createConsoleBot({
    engine,
    conversations: store.conversations,
    converse: (parts) => createConversation({ ...parts, clock, logger: quiet, settings }),
    clock,
    logger: quiet,
    randomBytes,
  })
  processes.push(one)
  return one
}

function typed(id: string, text: string): TerminalInput {
  return {
    id,
    act: { kind: 'typed', text },
    locale: null,
    timeZone: null,
    unattended: false,
  }
}

const news = (process: Terminals, terminal: TerminalRef) =>
  process.news(terminal, { after: 0, waitMs: 100, signal: new AbortController().signal })

function textOf(steps: readonly TerminalStep[]): string {
  const bodies = steps.flatMap((step) => (step.kind === 'shown' ? step.screen.body : []))
  return bodies.map(({ text }) => text).join('')
}

test('what is typed may be answered by another process than the one that the terminal listens to', async () => {
  world = await openChatWorld()
  const [listening, answering] = [startProcess(), startProcess()]
  const terminal = { sitter: { account: world.ann }, id: 'terminal-of-ann' }
  const another = { sitter: { login: 'bob' }, id: 'terminal-of-bob' }
  await Promise.all([news(listening, terminal), news(answering, another)])
  const line = 'https://example.org/a bob@example.org -- look'
  const { steps, shares } = await answering.enter(terminal, typed('1', line))
  expect(textOf(steps)).toContain('Scheduled')
  world.advance(12_000)
  const told = await until(async () => {
    const found = (await news(listening, terminal)).steps
    return /Sent/.test(textOf(found)) ? found : undefined
  })
  expect(told.map(({ message }) => message)).toEqual(steps.map(({ message }) => message))
  expect((await news(answering, another)).steps).toEqual([])
  const again = await listening.enter(terminal, typed('2', `/status ${shares[0]}`))
  expect(textOf(again.steps)).toContain('Sent')
})

test('a terminal that comes back is brought up to date by the process that it comes to', async () => {
  world = await openChatWorld()
  const terminal = { sitter: { account: world.ann }, id: 'terminal-of-ann' }
  const first = startProcess()
  await news(first, terminal)
  const { steps } = await first.enter(terminal, typed('1', 'https://example.org/a bob@example.org'))
  first.close()
  world.advance(12_000)
  const second = startProcess()
  const told = await until(async () => {
    const found = (await news(second, terminal)).steps
    return /Sent/.test(textOf(found)) ? found : undefined
  })
  expect(told.map(({ message }) => message)).toEqual(steps.map(({ message }) => message))
})
