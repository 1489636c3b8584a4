import type { Conversation } from '#conversation/conversation.ts'
import type { ChatEvent, Handled } from '#ports/bot-platform.ts'

const NOTHING: Handled = { toast: null, shares: [], refused: false, draft: false }

/** Hears what a bot makes of updates, and says nothing. */
export interface Listener extends Conversation {
  /** What was handled to its end, in order. */
  readonly heard: readonly ChatEvent[]
  /** What was begun, in order; more than once where it failed. */
  readonly begun: readonly ChatEvent[]
  /** What happens while an event is handled. */
  during: (event: ChatEvent) => Promise<void>
}

export function createListener(): Listener {
  const heard: ChatEvent[] = []
  const begun: ChatEvent[] = []
  const listener: Listener = {
    heard,
    begun,
    during: async () => {},
    async handle(_platform, event) {
      begun.push(event)
      await listener.during(event)
      heard.push(event)
      return NOTHING
    },
    tell: () => {},
    follow: (_platform, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
      }),
  }
  return listener
}

/** What was said, of a text. */
export function textOf({ intent }: ChatEvent): string {
  return 'content' in intent ? intent.content.text : intent.kind
}

/** Opens when it is told to. */
export function createGate(): { readonly passed: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { passed: promise, open: resolve }
}
