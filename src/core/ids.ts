/**
 * Branded identifiers. A value of one kind is never taken for another, and each is made in one place.
 * Times are milliseconds since the epoch (`Instant`) or plain millisecond durations (`…Ms`).
 */
declare const brand: unique symbol
type Branded<T, B extends string> = T & { readonly [brand]: B }

export type AccountId = Branded<string, 'AccountId'>
export type ShareId = Branded<string, 'ShareId'>
/** `<share>-<n>`: finds its row by primary key, and may be logged (a code may not). */
export type DeliveryId = Branded<string, 'DeliveryId'>
/** The unguessable serial of one delivery, in its link `/r/<code>`. A secret: never logged. */
export type Code = Branded<string, 'Code'>
export type ContactId = Branded<string, 'ContactId'>
/** One installation of a platform: `default`, a Slack workspace, an SMSC. Unique within its channel. */
export type ConnectionId = Branded<string, 'ConnectionId'>
/** Names what a recipient wrote back by the connection it came on and the provider's id of it: 32 hexadecimal digits. */
export type ReplyId = Branded<string, 'ReplyId'>
/** Keyed hash of an endpoint: what consent and caps rest on when the address itself is gone. */
export type EndpointKey = Branded<string, 'EndpointKey'>
/** Milliseconds since the epoch, by the store's clock. */
export type Instant = Branded<number, 'Instant'>

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const TIME_LENGTH = 7 // 62^7 ms reach the year 2081
/** Ten base62 characters hold 59.5 random bits. */
const CODE_RANDOM_LENGTH = 10
const ID_RANDOM_LENGTH = 8
const CODE_PATTERN = /^[0-9A-Za-z]{17}$/
const SHARE_PATTERN = /^[0-9A-Za-z]{15}$/

/** Fills a buffer with random bytes; `crypto.randomBytes` outside tests. */
export type RandomBytes = (size: number) => Uint8Array

/** Seven base62 characters whose order as ASCII text is the order of the instants. */
function timePrefix(now: number): string {
  let rest = Math.max(0, Math.floor(now)) % 62 ** TIME_LENGTH
  let text = ''
  for (let i = 0; i < TIME_LENGTH; i++) {
    text = ALPHABET[rest % 62] + text
    rest = Math.floor(rest / 62)
  }
  return text
}

/** Unbiased base62 text: bytes of 248 and more are thrown away. */
export function randomText(length: number, randomBytes: RandomBytes): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 248 && text.length < length) text += ALPHABET[byte % 62]
    }
  }
  return text
}

/** Ids of shares sort by the time they were made. */
export function newShareId(now: number, randomBytes: RandomBytes): ShareId {
  return (timePrefix(now) + randomText(ID_RANDOM_LENGTH, randomBytes)) as ShareId
}

/** Twelve characters, 71 random bits. */
export function newAccountId(randomBytes: RandomBytes): AccountId {
  return randomText(12, randomBytes) as AccountId
}

/** Ids of contacts sort by the time they were made. */
export function newContactId(now: number, randomBytes: RandomBytes): ContactId {
  return (timePrefix(now) + randomText(ID_RANDOM_LENGTH, randomBytes)) as ContactId
}

/** A code opens with its share's time prefix, so that stores append instead of scattering. */
export function newCode(share: ShareId, randomBytes: RandomBytes): Code {
  return (share.slice(0, TIME_LENGTH) + randomText(CODE_RANDOM_LENGTH, randomBytes)) as Code
}

/** Whether a text is written like a code. It may still be nobody's. */
export function isCode(text: string): text is Code {
  return CODE_PATTERN.test(text)
}

/** The id of a share's nth delivery, counted from 0. */
export function deliveryId(share: ShareId, n: number): DeliveryId {
  return `${share}-${n}` as DeliveryId
}

/** Whether a text is written like the id of a share. */
export function isShareId(text: string): text is ShareId {
  return SHARE_PATTERN.test(text)
}

/** Stands for a delivery in messages that belong to none: samples, alerts. */
export const NO_DELIVERY: DeliveryId = deliveryId('0'.repeat(15) as ShareId, 0)

/** The share and the number that a delivery's id is made of, or undefined for any other text. */
export function splitDeliveryId(id: string): { share: ShareId; n: number } | undefined {
  const match = /^([0-9A-Za-z]{15})-(0|[1-9]\d{0,5})$/.exec(id)
  return match ? { share: match[1] as ShareId, n: Number(match[2]) } : undefined
}
