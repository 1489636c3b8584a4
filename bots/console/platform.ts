import { type RandomBytes, randomText } from '#core/ids.ts'
import type { BotPlatform, MessageRef } from '#ports/bot-platform.ts'
import type { TerminalStep } from '#ports/terminals.ts'
import type { Rooms } from './rooms.ts'
import { CONSOLE } from './sitters.ts'

const REF_LENGTH = 12
/** A terminal asks for the next news as soon as it has some. */
const RETRY_MS = 300

export interface ConsolePlatform {
  readonly platform: BotPlatform
  /** What `act` shows in the chat is the answer's, and goes nowhere else. */
  collect<T>(chat: string, act: () => Promise<T>): Promise<{ value: T; steps: TerminalStep[] }>
}

/**
 * Shows on terminals: in the answer to what was typed there, else to the open terminal as news. `nextOrder` rises with
 * each call, over restarts too.
 */
export function createConsolePlatform(deps: {
  readonly rooms: Rooms
  readonly randomBytes: RandomBytes
  nextOrder(): number
}): ConsolePlatform {
  const { rooms, randomBytes, nextOrder } = deps
  const answers = new Map<string, TerminalStep[]>()

  function put(chat: string, step: TerminalStep): boolean {
    const answer = answers.get(chat)
    if (answer) answer.push(step)
    else if (rooms.listens(chat)) rooms.put(chat, step)
    else return false
    return true
  }

  const platform: BotPlatform = {
    ...CONSOLE,
    caps: { edits: true, ephemeral: false, passOn: false, sendsAtOnce: true },
    async show({ chat, screen, inPlaceOf }) {
      const message: MessageRef = inPlaceOf ?? randomText(REF_LENGTH, randomBytes)
      const step = { kind: 'shown', message, order: nextOrder(), screen } as const
      // Who does not listen may be about to, here or at another process; who is gone is followed no more (open-chats).
      const isThere = put(chat.id, step)
      return isThere ? { kind: 'shown', message } : { kind: 'later', retryAfterMs: RETRY_MS }
    },
    async settle(chat, message) {
      const step = { kind: 'settled', message, order: nextOrder() } as const
      const answer = answers.get(chat.id)
      if (answer) answer.push(step)
      else rooms.put(chat.id, step)
    },
    startUrl: () => null,
    privateChat: async (user) => rooms.lastOf(user),
    writeCommand: (command) => `/${command}`,
  }
  return {
    platform,
    async collect(chat, act) {
      const steps: TerminalStep[] = []
      answers.set(chat, steps)
      try {
        return { value: await act(), steps }
      } finally {
        answers.delete(chat)
      }
    },
  }
}
