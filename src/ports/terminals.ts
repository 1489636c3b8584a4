/**
 * Between whoever lets terminals in (a socket, the API) and the console's bot: what is typed goes in, what is shown
 * comes out, at once or later.
 */
import type { Account } from '#core/account.ts'
import type { ShareId } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'
import type { MessageRef, Screen } from './bot-platform.ts'

/** Who sits at a terminal: somebody who acts for an account already, or a login name of a machine. */
export type Sitter = { readonly account: Account } | { readonly login: string }

/** One open terminal. Another sitter's terminal of the same id is another one. */
export interface TerminalRef {
  readonly sitter: Sitter
  /** As the terminal named itself: 8 to 64 of `A-Za-z0-9_-`. */
  readonly id: string
}

/** One thing that was done at a terminal. */
export interface TerminalInput {
  /** The same input comes again with the same id; unique within the terminal. */
  readonly id: string
  readonly act: /** A line, perhaps a command: `/share …`. */
    | { readonly kind: 'typed'; readonly text: string }
    | { readonly kind: 'pressed'; readonly press: string; readonly message: MessageRef | null }
  readonly locale: Locale | null
  readonly timeZone: string | null
  /** Nobody reads along: it is sent at once. Nothing can be shown later. */
  readonly unattended: boolean
}

/** A change of what stands on the terminal. Of two changes of one message the one of the higher `order` holds. */
export type TerminalStep = { readonly message: MessageRef; readonly order: number } & (
  | { readonly kind: 'shown'; readonly screen: Screen }
  /** Its buttons are of no use any more. */
  | { readonly kind: 'settled' }
)

export interface TerminalAnswer {
  /** The account that the sitter acts for, by its username; null: none yet. */
  readonly account: string | null
  readonly steps: readonly TerminalStep[]
  readonly toast: string | null
  readonly shares: readonly ShareId[]
  readonly refused: boolean
  readonly draft: boolean
}

/** What is shown without being asked for: status, questions, links made on a page. */
export interface TerminalNews {
  readonly steps: readonly TerminalStep[]
  /** Ask for what comes after it next. */
  readonly next: number
}

/** Inputs of one terminal are answered in the order they come in. Throws PassalongError. */
export interface Terminals {
  enter(terminal: TerminalRef, input: TerminalInput): Promise<TerminalAnswer>
  /**
   * What was shown after `after`, as soon as there is any, at latest after `waitMs` or at the signal's end. Who asks
   * for it is open, until nobody has asked for a minute; a later question of the same terminal ends an earlier one.
   */
  news(
    terminal: TerminalRef,
    request: { readonly after: number; readonly waitMs: number; readonly signal: AbortSignal },
  ): Promise<TerminalNews>
  /** Ends every question that waits, and refuses more. */
  close(): void
}
