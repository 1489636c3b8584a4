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
  'known',
  'drop',
  'words',
  'canned',
  'bare',
  'title',
  'note',
  'edit',
  'back',
  'later',
  'when',
  'now',
  'zone',
  'send',
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
  'again',
  'cancel',
  'recall',
  'recalled',
] as const

/** What buttons for one recipient do. */
export const DELIVERY_ACTS = [
  'show',
  'retry',
  'fix',
  'cancel',
  'recall',
  'recalled',
  'carry',
  'carried',
  'invite',
  'yes',
  'no',
] as const

/** What buttons that belong to no share do. */
export const MENU_ACTS = [
  'close',
  'history',
  'link',
  'move',
  'agree',
  'unlink',
  'account',
  'sign-in',
  'lang',
  'zone',
  'stop',
  'resume',
  'waiting',
  'contacts',
  'contact',
  'person',
  'group',
  'forget',
  'note',
  'unnote',
] as const

export type DraftAct = (typeof DRAFT_ACTS)[number]
export type ShareAct = (typeof SHARE_ACTS)[number]
export type DeliveryAct = (typeof DELIVERY_ACTS)[number]
export type MenuAct = (typeof MENU_ACTS)[number]

/** What pressing a button of ours asks for. `arg`: at most 24 of `A-Za-z0-9_-` (a menu's 40), or empty. */
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

const NONCE = /^[A-Za-z0-9_-]{8}$/
const ARG = /^[A-Za-z0-9_-]{0,24}$/
const MENU_ARG = /^[A-Za-z0-9_-]{0,40}$/

/** As a button carries it: ASCII without spaces. */
export function writePress(press: Press): string {
  switch (press.on) {
    case 'draft':
      return written('d', press.nonce, press.act, press.arg)
    case 'share':
      return written('s', press.id, press.act, press.arg)
    case 'delivery':
      return written('r', press.id, press.act, press.arg)
    case 'menu':
      return written('m', press.act, press.arg)
    default:
      return press satisfies never
  }
}

/** An empty end is left out. */
function written(...parts: readonly string[]): string {
  return parts.join(':').replace(/:$/, '')
}

/** Null for what is no press of ours. */
export function readPress(text: string): Press | null {
  const [on, first = '', second = '', third = '', more] = text.split(':')
  if (text.length > MAX_PRESS || more !== undefined) return null
  switch (on) {
    case 'd':
      return NONCE.test(first) && isOneOf(DRAFT_ACTS, second) && ARG.test(third)
        ? { on: 'draft', nonce: first, act: second, arg: third }
        : null
    case 's':
      return isShareId(first) && isOneOf(SHARE_ACTS, second) && ARG.test(third)
        ? { on: 'share', id: first, act: second, arg: third }
        : null
    case 'r':
      return splitDeliveryId(first) && isOneOf(DELIVERY_ACTS, second) && ARG.test(third)
        ? { on: 'delivery', id: first as DeliveryId, act: second, arg: third }
        : null
    case 'm':
      return isOneOf(MENU_ACTS, first) && MENU_ARG.test(second) && third === ''
        ? { on: 'menu', act: first, arg: second }
        : null
    default:
      return null
  }
}

function isOneOf<T extends string>(acts: readonly T[], act: string): act is T {
  return (acts as readonly string[]).includes(act)
}

/** Names a text in a press: the same for the same text, another for whatever else a person has before them. */
export function tagOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 8)
}
