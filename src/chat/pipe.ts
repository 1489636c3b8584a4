import type { DeliveryState } from '#core/delivery.ts'
import type { Texts } from '#locales/texts.ts'
import type { ChatAnswerJson } from '#web/api/chat-schemas.ts'
import { awaitDeliveries } from '../cli/await-deliveries.ts'
import { type Board, createBoard } from './board.ts'
import { isEnd } from './ending.ts'
import type { Line } from './line.ts'
import { plainly } from './paint.ts'
import { renderScreen } from './render.ts'

export interface Pipe {
  readonly line: Line
  readonly texts: Texts
  /** What was typed, line by line. */
  readonly lines: AsyncIterable<string>
  print(text: string): void
  /** On stderr. */
  complain(text: string): void
}

/** What one line led to, as far as it matters at the end. */
type Outcome = Pick<ChatAnswerJson, 'account' | 'shares' | 'refused' | 'draft'>

/** Neither arrived nor will by itself. */
const FAILED: readonly DeliveryState[] = ['failed', 'suppressed', 'unknown']

/**
 * Reads to the end, waits until nothing of what was shared will happen soon, and says once how it stands. False: a
 * share was refused, failed, or never sent.
 */
export async function runPipe(pipe: Pipe): Promise<boolean> {
  const outcomes = await readAll(pipe)
  let well = !outcomes.some(({ refused }) => refused)
  for (const { account, shares } of outcomes) {
    for (const share of shares) well = (await settle(pipe, share, account ?? '')) && well
  }
  if (!outcomes.at(-1)?.draft) return well
  pipe.complain(pipe.texts('terminal.unsent'))
  return false
}

async function readAll({ line, lines, texts, print, complain }: Pipe): Promise<readonly Outcome[]> {
  const board = createBoard()
  const outcomes: Outcome[] = []
  for await (const typed of lines) {
    if (isEnd(typed)) break
    if (typed.trim() === '') continue
    const answer = await line.enter(board.actOf(typed))
    if (answer.shares.length === 0) say(board, answer, answer.refused ? complain : print)
    else warn(answer, complain)
    if (answer.shares.length > 0 && answer.refused) complain(texts('terminal.unsent'))
    outcomes.push(answer)
  }
  return outcomes
}

function say(board: Board, { steps, toast }: ChatAnswerJson, tell: (text: string) => void): void {
  const changed = new Set(steps.filter((step) => board.apply(step)).map(({ message }) => message))
  for (const message of changed) {
    const standing = board.get(message)
    if (standing) tell(textOf(standing.screen, message === board.numbered()))
  }
  if (toast !== null) tell(toast)
}

/** What was to be known of what was sent has no buttons. How a share stands, which has some, is said once, at the end. */
function warn({ steps }: ChatAnswerJson, complain: (text: string) => void): void {
  for (const step of steps) {
    const isWarning = step.kind === 'shown' && step.screen.buttons.length === 0
    if (isWarning) complain(textOf(step.screen, false))
  }
}

function textOf(screen: Parameters<typeof renderScreen>[0], numbered: boolean): string {
  return renderScreen(screen, { columns: null, paint: plainly, numbered, hints: false }).join('\n')
}

/** False: somebody was not reached, and will not be by itself. */
async function settle({ line, print }: Pipe, share: string, account: string): Promise<boolean> {
  const look = () => line.status(share, account)
  const { deliveries } = await awaitDeliveries(await look(), look, () => {})
  const { steps } = await line.enter({ kind: 'typed', text: `/status ${share}` })
  for (const step of steps) {
    if (step.kind === 'shown') print(textOf({ ...step.screen, buttons: [] }, false))
  }
  return !deliveries.some(({ state }) => FAILED.includes(state))
}
