import { setTimeout as sleep } from 'node:timers/promises'
import PQueue from 'p-queue'
import { ended } from '#engine/within.ts'
import type { Texts } from '#locales/texts.ts'
import type { ChatAnswerJson } from '#web/api/chat-schemas.ts'
import { awaitDeliveries } from '../cli/await-deliveries.ts'
import type { Board } from './board.ts'
import { isEnd } from './ending.ts'
import type { Line } from './line.ts'
import type { Prompt } from './prompt.ts'
import type { View } from './view.ts'

/** After a fault, before news are asked for again. */
const RETRY_MS = 2_000

export interface Attended {
  readonly line: Line
  readonly prompt: Prompt
  readonly view: View
  readonly board: Board
  readonly texts: Texts
  /** What to say of an error that was thrown. */
  explain(error: unknown): string
  /** Ends it from outside. */
  readonly signal: AbortSignal
}

/** Somebody sits at the terminal: what they type is answered, line by line, until they end it. */
export async function runAttended(scene: Attended): Promise<void> {
  const { line, prompt, view, board } = scene
  const [ending, leaving] = [new AbortController(), new AbortController()]
  const end = (): void => ending.abort()
  const dialogue = createDialogue(scene)
  let warned = false

  /** The first Ctrl-C leaves what is going on, the second one the chat, and one more what the chat still waits for. */
  function interrupted(): void {
    if (ending.signal.aborted) leaving.abort()
    else if (warned) end()
    else dialogue.leave()
    warned = true
  }

  prompt.listen({
    entered(typed, rows) {
      warned = false
      const isChoice = dialogue.isIdle() && board.actOf(typed).kind === 'pressed'
      view.entered(rows, isChoice ? 'choice' : 'said')
      if (isEnd(typed)) end()
      else if (typed.trim() !== '') dialogue.enter(typed)
    },
    interrupted,
    ended: end,
    disturbed: () => view.lose(),
  })
  scene.signal.addEventListener('abort', end)
  await dialogue.begin()
  const news = hear(scene, ending.signal)
  await ended(ending.signal)
  await dialogue.settled()
  if (line.mode() === 'alone') {
    await finish(scene, dialogue.shares, AbortSignal.any([scene.signal, leaving.signal]))
  }
  prompt.close()
  await news
}

/** What is typed, one after the other, and what came of it. */
interface Dialogue {
  /** Throws what cannot even begin: a name that is no account, a token that is void. */
  begin(): Promise<void>
  enter(typed: string): void
  /** Takes back what is being typed, or else leaves the question. */
  leave(): void
  isIdle(): boolean
  /** Resolves when everything is answered. */
  settled(): Promise<void>
  /** Those that were sent here, with their accounts. */
  readonly shares: ReadonlyMap<string, string>
}

function createDialogue({ line, prompt, view, board, texts, explain }: Attended): Dialogue {
  const inTurn = new PQueue({ concurrency: 1 })
  const shares = new Map<string, string>()
  let draft = false

  function take(answer: ChatAnswerJson): void {
    draft = answer.draft
    prompt.label(`${answer.account ?? ''}> `)
    for (const share of answer.shares) shares.set(share, answer.account ?? '')
    view.show(answer.steps)
    if (answer.toast !== null) view.remark(answer.toast, 'aside')
  }

  async function answered(typed: string): Promise<void> {
    try {
      take(await line.enter(board.actOf(typed)))
    } catch (error) {
      view.remark(explain(error), 'fault')
    }
  }

  return {
    shares,
    begin: () => inTurn.add(async () => take(await line.enter({ kind: 'typed', text: '/start' }))),
    enter: (typed) => void inTurn.add(() => answered(typed)),
    leave() {
      const wasTyping = prompt.typed() !== ''
      prompt.discard()
      view.remark(texts('terminal.again'), 'aside')
      if (!wasTyping && (draft || board.asks())) void inTurn.add(() => answered('/cancel'))
    },
    isIdle: () => inTurn.pending + inTurn.size === 0,
    settled: () => inTurn.onIdle(),
  }
}

/** Shows what comes unasked; of a fault that lasts, once. */
async function hear({ line, view, explain }: Attended, signal: AbortSignal): Promise<void> {
  let after = 0
  let told = ''
  while (!signal.aborted) {
    try {
      const { steps, next } = await line.news(after, signal)
      after = next
      told = ''
      view.show(steps)
    } catch (error) {
      if (signal.aborted) return
      const fault = explain(error)
      if (fault !== told) view.remark(fault, 'fault')
      told = fault
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
    }
  }
}

/** Nobody else sends what is still held back: it is waited for, unless the person ends that too. */
async function finish(
  { line, view, texts }: Attended,
  shares: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  if (shares.size === 0) return
  view.remark(texts('terminal.finishing'), 'aside')
  const all = [...shares].map(async ([share, account]) => {
    const look = () => line.status(share, account)
    await awaitDeliveries(await look(), look, () => {})
  })
  await Promise.race([Promise.all(all), ended(signal)])
}
