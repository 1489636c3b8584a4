/**
 * Between the one conversation and each platform's bot: what people do comes in as events, what they are shown goes
 * out as screens. No platform's syntax, ids or limits show here.
 */
import type { Platform, PlatformUser, PlatformUserKey } from '#core/identity.ts'
import type { ConnectionId, Instant, ShareId } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'

// ── What comes in ────────────────────────────────────────────────────────────────────────────────────────

/** A chat, in the platform's own words. */
export interface ChatRef {
  readonly id: string
  /** `private`: the user and the bot alone. */
  readonly kind: 'private' | 'group'
}

/** A message in a chat, in the platform's own words. */
export type MessageRef = string

/** One thing that a person did. */
export interface ChatEvent {
  /** The platform's: the same event comes again with the same id. Unique within the connection. */
  readonly id: string
  readonly user: PlatformUser
  readonly chat: ChatRef
  /** The platform's guess at the person's language; null: it says none we have. */
  readonly locale: Locale | null
  /** The platform's time zone of the person, where it tells. */
  readonly timeZone: string | null
  readonly at: Instant
  /** Nobody is there to press a button (a pipe): what is whole is sent at once, without Send and without undo. */
  readonly unattended?: boolean
  readonly intent: Intent
}

/** What a person did, whatever they did it with. */
export type Intent =
  /** Wrote, pasted or forwarded something. */
  | { readonly kind: 'said'; readonly content: Content }
  /** Changed a message of theirs; `command`: the one that it gives, null where it gives none. */
  | { readonly kind: 'edited'; readonly command: Command | null; readonly content: Content }
  /** Gave a command, whatever sign the platform puts before it. */
  | { readonly kind: 'command'; readonly command: Command; readonly content: Content }
  /** A command that we do not have, as written. */
  | { readonly kind: 'unknown-command'; readonly name: string }
  /** Came to the bot for the first time or anew, perhaps by a link with a payload of ours. */
  | { readonly kind: 'started'; readonly payload: string | null }
  /** Pressed a button of a screen: its `press`, as we made it. */
  | { readonly kind: 'pressed'; readonly press: string; readonly message: MessageRef | null }
  /** Chose people in the platform's picker, or sent a contact. */
  | { readonly kind: 'picked'; readonly people: readonly PickedPerson[] }
  /** Passed on by themselves what a `pass-on` button had given them. */
  | { readonly kind: 'passed-on'; readonly token: string }

/** In their order in /help. */
export const COMMANDS = [
  'share',
  'status',
  'history',
  'contacts',
  'notes',
  'link',
  'unlink',
  'whoami',
  'lang',
  'timezone',
  'stop',
  'resume',
  'cancel',
  'help',
  'start',
] as const
export type Command = (typeof COMMANDS)[number]

/** What a message holds. Of a command: what follows it. */
export interface Content {
  /** Plain, without markup, as the person sees it. */
  readonly text: string
  /** Web addresses and numbers to call that the platform found in it, in order, those behind words too. */
  readonly links: readonly FoundLink[]
  /** Mentions that the platform resolved. */
  readonly mentions: readonly FoundMention[]
  /** Forwarded from elsewhere. */
  readonly forwarded: Forwarded | null
  /** The message that it answers. */
  readonly repliesTo: Pick<Content, 'text' | 'links' | 'forwarded'> | null
  /** The message itself, so that a change of it is known again. */
  readonly message: MessageRef | null
}

/** `at`, `length`: where it stands in the text, UTF-16 units. */
export interface FoundLink {
  readonly url: string
  readonly at: number
  readonly length: number
}

export interface FoundMention {
  /** A recipient as it can be written: `telegram:4711`, `slack:T1/U1`. */
  readonly recipient: string
  readonly name: string
  readonly at: number
  readonly length: number
}

export interface Forwarded {
  /** Who wrote it first, as the platform names them; null: hidden. */
  readonly from: string | null
  /** The public address of the post itself. */
  readonly post: string | null
}

export interface PickedPerson {
  /** As it can be written: `telegram:4711`, `+8613800138000`. */
  readonly recipient: string
  readonly name: string | null
}

// ── What goes out ────────────────────────────────────────────────────────────────────────────────────────

/** Text with meaning; each run is plain text, to be escaped where it is shown. */
export type RichText = readonly Run[]
export interface Run {
  readonly text: string
  readonly style?: 'bold' | 'italic' | 'code' | 'quote'
  readonly url?: string
}

export type Button =
  /** `press` has at most 60 bytes of ASCII, without spaces. */
  | {
      readonly kind: 'press'
      readonly label: string
      readonly press: string
      readonly look?: 'main' | 'danger'
    }
  | { readonly kind: 'url'; readonly label: string; readonly url: string }
  /** Lets the person send a link on, with a few words, in the platform's own way; left out where it has none. */
  | {
      readonly kind: 'send-on'
      readonly label: string
      readonly url: string
      readonly text: string
    }
  /**
   * Lets the person send `token`'s message to somebody by themselves, in a chat that they choose: a delivery's id, or
   * the token of an offer. `text`: what will be sent.
   */
  | {
      readonly kind: 'pass-on'
      readonly label: string
      readonly token: string
      readonly text: string
    }

/** One message of ours, whole. */
export interface Screen {
  /** Lines are separated by `\n` within runs. */
  readonly body: RichText
  readonly buttons: readonly (readonly Button[])[]
  /** The platform's own picker of people is offered, where it has one. */
  readonly picker?: { readonly label: string; readonly max: number }
  /** A QR code of this text, where pictures can be shown. */
  readonly qr?: string
  /** What the person is asked to write next, as a hint in the field. */
  readonly placeholder?: string
}

/** As it stands once its buttons are of no use any more. */
export function settled({ placeholder, picker, ...screen }: Screen): Screen {
  return { ...screen, buttons: [] }
}

/** What the conversation has to say in one chat. */
export interface Showing {
  readonly chat: ChatRef
  /** In a group: this person alone may see it. */
  readonly onlyFor: PlatformUserKey | null
  readonly screen: Screen
  /** The message that it takes the place of; null: a new one. */
  readonly inPlaceOf: MessageRef | null
}

/** Whether it stands there now. */
export type Shown =
  | { readonly kind: 'shown'; readonly message: MessageRef }
  /** The message to be replaced is gone or too old, or the person cannot be shown anything there. */
  | { readonly kind: 'not-shown'; readonly why: 'gone' | 'unreachable' | 'private-needed' }
  /** The platform asks to wait; nothing was shown. */
  | { readonly kind: 'later'; readonly retryAfterMs: number }

/** What a bot can do for the conversation. Never throws for what the platform does. */
export interface BotPlatform {
  readonly platform: Platform
  readonly connection: ConnectionId
  readonly caps: {
    /** Messages can be changed after they were shown. */
    readonly edits: boolean
    /** Shows something to one person of a group. Else that goes to their private chat. */
    readonly ephemeral: boolean
    readonly passOn: boolean
    /** Who writes a share whole means it: it goes out without Send, to be undone. Left out: Send is asked for. */
    readonly sendsAtOnce?: boolean
  }
  show(showing: Showing): Promise<Shown>
  /** Takes buttons and picker off a message that has been answered otherwise. */
  settle(chat: ChatRef, message: MessageRef): Promise<void>
  /** Where a person comes to the bot by, with a payload (`[A-Za-z0-9_-]{1,64}`); null: there is no such link here. */
  startUrl(payload: string): string | null
  /** The private chat with a user; null: it cannot be known. */
  privateChat(user: PlatformUserKey): Promise<ChatRef | null>
  /** How commands are written here: `/share`, `!share`. */
  writeCommand(command: Command): string
}

/** What a bot is told after an event, beside what was shown. */
export interface Handled {
  /** A short word for who pressed a button; null: none is needed. */
  readonly toast: string | null
  /** Shares that the event sent, for who waits for what becomes of them. */
  readonly shares: readonly ShareId[]
  /** What was asked for could not be done; a screen says why. */
  readonly refused: boolean
  /** A share is being written, and is not sent yet. */
  readonly draft: boolean
}
