import { setTimeout as sleep } from 'node:timers/promises'
import { createInTurn } from '#conversation/in-turn.ts'

/** The rates of the bot, that its messages share with those which are delivered. */
export interface TelegramPace {
  /** How long to wait before a message or its change, in ms; 0: it may go. An `edit` yields to what is sent. */
  ask(chat: string, what: 'send' | 'edit'): Promise<number>
  /** Telegram refused one for so long. */
  refused(chat: string, forMs: number): Promise<void>
}

/** What the bot as a whole may do again so soon is waited for in line; a chat that must rest is no matter of others. */
const IN_LINE_MS = 150

/** Where many ask at once, each gets its turn: those that were told to come back would all come back together. */
export function inLine(pace: TelegramPace): TelegramPace {
  const inTurn = createInTurn()

  async function ask(chat: string, what: 'send' | 'edit'): Promise<number> {
    for (;;) {
      const waitMs = await pace.ask(chat, what)
      if (waitMs === 0 || waitMs > IN_LINE_MS) return waitMs
      await sleep(waitMs)
    }
  }

  return {
    ask: (chat, what) => inTurn(what, () => ask(chat, what)),
    refused: (chat, forMs) => pace.refused(chat, forMs),
  }
}
