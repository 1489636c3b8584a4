import type { ConnectionId } from './ids.ts'

/** The ways to reach an address. `carry`: the sender passes it on by hand (inline mode, QR). */
export const CHANNELS = [
  'telegram',
  'slack',
  'matrix',
  'sms',
  'email',
  'wap-push',
  'carry',
] as const
export type ChannelName = (typeof CHANNELS)[number]

/** What carried a delivery: its channel, or `outbox` where the message is only kept. */
export type Via = ChannelName | 'outbox'

/**
 * Where one delivery goes. `value` is canonical for its channel: E.164 with `+`, `local@domain` with the
 * domain in lower-case ASCII, a Telegram id (or `@handle` until it is resolved), `T1/U1`, `@user:server`.
 */
export interface Address {
  readonly channel: ChannelName
  readonly value: string
}

/** One sender's queue on one connection: the unit of fairness. */
export interface Lane {
  readonly channel: ChannelName
  readonly connection: ConnectionId
  readonly account: string
}

/** A connection, named with its channel. */
export interface ConnectionRef {
  readonly channel: ChannelName
  readonly connection: ConnectionId
}

/** The connection of a channel that has one alone. */
export const DEFAULT_CONNECTION = 'default' as ConnectionId

/** A lane as a key of maps and queues. */
export function laneKey(lane: Lane): string {
  return `${lane.channel}/${lane.connection}/${lane.account}`
}

/** A connection as a key, and as logs and alerts name it. */
export function connectionKey(ref: ConnectionRef): string {
  return `${ref.channel}/${ref.connection}`
}

/**
 * What consent hangs on: a phone number, a mailbox or a platform user, the same over channels, spellings and
 * aliases (`+tag`, and dots at Gmail). Never shown; stores keep only its keyed hash.
 */
export function endpointOf(address: Address): string {
  switch (address.channel) {
    case 'sms':
    case 'wap-push':
      return `tel:${address.value}`
    case 'email':
      return `mailto:${foldMailbox(address.value)}`
    case 'telegram':
    case 'slack':
    case 'matrix':
    case 'carry':
      return `${address.channel}:${address.value.toLowerCase()}`
    default:
      return address.channel satisfies never
  }
}

const DOTLESS_DOMAINS = new Map([
  ['gmail.com', 'gmail.com'],
  ['googlemail.com', 'gmail.com'],
])

function foldMailbox(mailbox: string): string {
  const at = mailbox.lastIndexOf('@')
  const domain = mailbox.slice(at + 1).toLowerCase()
  const local = unquoted(mailbox.slice(0, at)).toLowerCase()
  const untagged = local.replace(/(?<=.)\+.*$/s, '')
  const dotless = DOTLESS_DOMAINS.get(domain)
  return dotless ? `${untagged.replaceAll('.', '')}@${dotless}` : `${untagged}@${domain}`
}

/** Quotes are a way to write a local part, not another mailbox. */
function unquoted(local: string): string {
  return /^".*"$/s.test(local) ? local.slice(1, -1).replace(/\\(.)/gs, '$1') : local
}
