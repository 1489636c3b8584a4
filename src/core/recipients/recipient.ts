import type { Address } from '../address.ts'
import type { RecipientFault } from '../errors.ts'

/** What a recipient as written turned out to be. */
export type ParsedRecipient =
  | AddressRecipient
  | HandleRecipient
  | { readonly kind: 'contact'; readonly name: string; readonly canonical: string }
  /** `name` is without its `#`. */
  | { readonly kind: 'group'; readonly name: string; readonly canonical: string }
  | { readonly kind: 'me'; readonly canonical: 'me' }

/** An address in full. */
export interface AddressRecipient {
  readonly kind: 'address'
  readonly address: Address
  /** A name to greet by, where one was written. */
  readonly name: string | null
  /** The address as we write it: `bob@example.org`, `+86…`, `wap:+86…`, `telegram:4711`, `slack:T1/U1`. */
  readonly canonical: string
  /** The mailbox that was probably meant, where the domain looks misspelt. */
  readonly suggestion: string | null
  /** A landline, or a number in a range that nobody is known to use: messages may not arrive. */
  readonly doubtful: boolean
}

/** A name on a platform, which its channel resolves to an id (`Channel.resolve`). */
export interface HandleRecipient {
  readonly kind: 'handle'
  /** `value` is `@ann` in lower-case; on Slack `T1/@ann` where the workspace is known. */
  readonly address: Address
  readonly name: string | null
  readonly canonical: string
}

/** What a recipient is read by: where the sender is, and whom they know. */
export interface RecipientContext {
  /** For numbers without `+`. */
  readonly defaultRegion?: string | undefined
  /** The platform one is on: where a bare `@ann` is. */
  readonly platform?: 'telegram' | 'slack' | 'matrix' | undefined
  /** The Matrix server one is on, for a bare `@ann`. */
  readonly homeserver?: string | undefined
  /** Ids of the Slack workspaces there are; with exactly one, `slack:U1` means that one. */
  readonly workspaces?: readonly string[] | undefined
  /** Names in the sender's book (people's; groups need `#`). Absent: every word may be a contact. */
  readonly contacts?: readonly string[] | undefined
}

/** A recipient that was understood, or why it was not. */
export type RecipientResult =
  | { readonly ok: true; readonly recipient: ParsedRecipient }
  | { readonly ok: false; readonly fault: RecipientFault }
