import type { WaitingShare } from '#engine/engine.ts'
import type { Screen } from '#ports/bot-platform.ts'
import { blocks, button, lines } from './rich.ts'
import type { Tongue } from './words.ts'

/** What waits for somebody who has come: they are sent it when they want it. */
export function waitingScreen({ texts }: Tongue, waiting: readonly WaitingShare[]): Screen {
  return {
    body: blocks(
      texts('chat.waiting.ask', { count: waiting.length }),
      lines(...waiting.map(({ sender, title }) => texts('chat.waiting.one', { sender, title }))),
    ),
    buttons: [
      [
        button(texts('chat.waiting.show'), { on: 'menu', act: 'waiting', arg: '' }, 'main'),
        button(texts('chat.waiting.stop'), { on: 'menu', act: 'stop', arg: '' }),
      ],
    ],
  }
}

/** They want no messages, and came by an invitation. */
export function resumeScreen({ texts }: Tongue, sender: string): Screen {
  return {
    body: blocks(texts('chat.stop.invited', { sender })),
    buttons: [[button(texts('chat.stop.resume'), { on: 'menu', act: 'resume', arg: '' })]],
  }
}

export function stoppedScreen({ texts }: Tongue): Screen {
  return {
    body: blocks(texts('chat.stop.done')),
    buttons: [[button(texts('chat.stop.resume'), { on: 'menu', act: 'resume', arg: '' })]],
  }
}
