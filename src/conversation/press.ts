import { createHash } from 'node:crypto'
import { type DeliveryId, isShareId, type ShareId, splitDeliveryId } from '#core/ids.ts'

/** What buttons on the card of a draft do. */
export const DRAFT_ACTS = [
  'which',
  'all',
  'post',
  'pick',
  'book',
  'next',
  'people',
  'answer',
  'drop',
  'words',
  'canned',
  'bare',
  'retitle',
  'note',
  'edit',
  'back',
  'later',
  'when',
  'now',
  'zone',
  'send',
  'known',
  'cancel',
  'instead',
  'keep',
  'as-note',
] as const
/** What buttons under a share do. */
export const SHARE_ACTS = [
  'undo',
  'show',
  'people',
  'add',
  'cancel',
  'recall',
  'recall-yes',
  'again',
] as const
/** What buttons for one recipient do. */
export const DELIVERY_ACTS = [
  'show',
  'retry',
  'fix',
  'cancel',
  'recall',
  'carry',
  'carried',
  'invite',
  'yes',
  'no',
] as const
/** What buttons that belong to no share do. */
export const MENU_ACTS = [
  'history',
  'link',
  'move',
  'agree',
  'account',
  'unlink',
  'lang',
  'zone',
  'stop',
  'resume',
  'waiting',
  'notes',
  'contacts',
  'contact',
  'forget',
  'help',
  'close',
] as const

export type DraftAct = (typeof DRAFT_ACTS)[number]
export type ShareAct = (typeof SHARE_ACTS)[number]
export type DeliveryAct = (typeof DELIVERY_ACTS)[number]
export type MenuAct = (typeof MENU_ACTS)[number]

/** What pressing a button of ours asks for. `arg`: at most 24 of `A-Za-z0-9_-`, empty where there is none. */
export type Press =
  | {
      readonly on: 'draft'
      readonly nonce: string
      readonly act: DraftAct
      readonly arg: string
    }
  | { readonly on: 'share'; readonly id: ShareId; readonly act: ShareAct; readonly arg: string }
  | {
      readonly on: 'delivery'
      readonly id: DeliveryId
      readonly act: DeliveryAct
      readonly arg: string
    }
  | { readonly on: 'menu'; readonly act: MenuAct; readonly arg: string }

/** Bytes of a press, at most (ports/bot-platform). */
export const MAX_PRESS = 60

const ARG = /^[A-Za-z0-9_-]{0,24}$/
const NONCE = /^[A-Za-z0-9_-]{8}$/

/** As a button carries it: ASCII without spaces. */
export function writePress(press: Press): string {
  const tail = press.arg === '' ? [] : [press.arg]
  switch (press.on) {
    case 'draft':
      return ['d', press.nonce, press.act, ...tail].join(':')
    case 'share':
      return ['s', press.id, press.act, ...tail].join(':')
    case 'delivery':
      return ['r', press.id, press.act, ...tail].join(':')
    case 'menu':
      return ['m', press.act, ...tail].join(':')
    default:
      return press satisfies never
  }
}

/** Null for what is no press of ours. */
export function readPress(text: string): Press | null {
  if (text.length > MAX_PRESS) return null
  const [on, ...rest] = text.split(':')
  if (on === 'm') return readMenu(rest)
  const [id = '', act = '', arg = '', more] = rest
  if (!ARG.test(arg) || more !== undefined) return null
  if (on === 'd' && NONCE.test(id) && isOneOf(DRAFT_ACTS, act)) {
    return { on: 'draft', nonce: id, act, arg }
  }
  if (on === 's' && isShareId(id) && isOneOf(SHARE_ACTS, act)) return { on: 'share', id, act, arg }
  if (on === 'r' && splitDeliveryId(id) && isOneOf(DELIVERY_ACTS, act)) {
    return { on: 'delivery', id: id as DeliveryId, act, arg }
  }
  return null
}

function readMenu([act = '', arg = '', more]: readonly string[]): Press | null {
  const whole = isOneOf(MENU_ACTS, act) && ARG.test(arg) && more === undefined
  return whole ? { on: 'menu', act, arg } : null
}

function isOneOf<T extends string>(acts: readonly T[], act: string): act is T {
  return (acts as readonly string[]).includes(act)
}

/** Names a text in a press: the same for the same text, and different for others that a person has before them. */
export function tagOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 8)
}
