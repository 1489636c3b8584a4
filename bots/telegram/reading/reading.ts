import type { Message } from 'grammy/types'
import type { ChatEvent, ChatRef } from '#ports/bot-platform.ts'

/** What an update of Telegram's means to us. */
export type Reading =
  /** Somebody did something that the conversation answers. */
  | { readonly kind: 'event'; readonly event: ChatEvent }
  /** Somebody pressed a button, and must be answered. */
  | { readonly kind: 'pressed'; readonly event: ChatEvent; readonly query: string }
  /** A button under a message that was delivered: what its recipient wants from now on. */
  | { readonly kind: 'consent'; readonly choice: ConsentPress }
  /** Blocked or unblocked the bot. */
  | {
      readonly kind: 'reach'
      readonly from: Pick<ChatEvent, 'user' | 'chat'>
      readonly open: boolean
    }
  /** A command of somebody who writes in the name of the group itself: nobody knows who they are. */
  | { readonly kind: 'nameless'; readonly chat: ChatRef }
  | { readonly kind: 'asked'; readonly asked: InlineQuestion }
  | { readonly kind: 'chosen'; readonly chosen: InlineChoice }
  /** A press that means nothing, but waits for its answer. */
  | { readonly kind: 'stale'; readonly query: string }
  | { readonly kind: 'ignored' }

type Person = Pick<ChatEvent, 'user' | 'locale'>

export interface ConsentPress extends Person {
  readonly query: string
  readonly choice: 'stop' | 'only' | 'undo'
  /** Of the message's own `/u` page. */
  readonly token: string
  /** That the button stands under; undefined: it can be changed no longer. */
  readonly message: Message | undefined
}

/** Something written behind the bot's name in any chat. */
export interface InlineQuestion extends Person {
  readonly query: string
  readonly text: string
}

/** A result that was sent on. */
export interface InlineChoice extends Person {
  /** The update's. */
  readonly id: string
  readonly result: string
  readonly at: ChatEvent['at']
}
