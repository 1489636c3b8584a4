import {
  createHash,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto'
import { type ConnectionRef, connectionKey } from '#core/address.ts'
import { type DeliveryId, type EndpointKey, type ReplyId, splitDeliveryId } from '#core/ids.ts'
import { createSeal } from './seal.ts'

/** Everything that is derived from the one secret. Each purpose has a subkey of its own (HKDF). */
export interface Keys {
  /** Keyed hash of an endpoint (core/address, endpointOf): 22 characters. */
  endpoint(endpoint: string): EndpointKey
  /** The `/u` token of a delivery: proves that its holder got the message. */
  stopToken(delivery: DeliveryId): string
  /** The delivery that a `/u` token belongs to, or undefined for a forged one. */
  readStopToken(token: string): DeliveryId | undefined
  /**
   * An invitation to a delivery that waits: 51 characters of `[A-Za-z0-9_-]` which tell nothing, the same for the same
   * delivery, and which nobody else can make.
   */
  invitation(delivery: DeliveryId): string
  /** The delivery that an invitation is to, or undefined for a forged one. */
  readInvitation(text: string): DeliveryId | undefined
  /** What messages of a delivery are named with beside its id: 12 characters that nobody else can make. */
  messageTag(delivery: DeliveryId): string
  /** Keys that sign cookies. */
  cookies(): readonly string[]
  /** The secret behind a browser session's form tokens, by the session's own key: nothing need be stored for it. */
  formSecret(session: string): string
  /** Keyed hash of a PIN, bound to what it is for: a million PINs are soon tried by who knows no key. */
  pinHash(attempt: string, pin: string): string
  /** The secret part of the paths that the providers of a kind call back at, where the operator gave none. */
  hookSecret(kind: string): string
  /** Short hash of a visitor under a day's secret salt: 11 characters. Cheap: it stands in the redirect's way. */
  visitor(salt: string, client: string): string
}

const STOP_MAC_LENGTH = 16
/** A share's fifteen characters, a dash and six digits. */
const LONGEST_DELIVERY_ID = 22

/** The same secret gives the same keys for ever: changing it voids cookies, stop links and suppressions. */
export function createKeys(secret: string): Keys {
  const subkey = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `passalong/${purpose}`, 32)))
  const endpointSubkey = subkey('endpoint')
  const stopSubkey = subkey('stop')
  const messageSubkey = subkey('message')
  const formSubkey = subkey('form')
  const pinSubkey = subkey('pin')
  const invitations = createSeal(subkey('invitation'), subkey('invitation-cipher'))
  const cookieKey = subkey('cookie').export().toString('base64url')
  const stopMac = (delivery: DeliveryId): string =>
    mac(stopSubkey, delivery).slice(0, STOP_MAC_LENGTH)
  return {
    endpoint: (endpoint) => mac(endpointSubkey, endpoint).slice(0, 22) as EndpointKey,
    stopToken: (delivery) => `${delivery}-${stopMac(delivery)}`,
    readStopToken(token) {
      const id = token.slice(0, -STOP_MAC_LENGTH - 1) as DeliveryId
      if (!splitDeliveryId(id)) return undefined
      return equal(token, `${id}-${stopMac(id)}`) ? id : undefined
    },
    invitation: (delivery) => invitations.seal(delivery.padEnd(LONGEST_DELIVERY_ID)),
    readInvitation(text) {
      const id = invitations.open(text)?.trimEnd()
      return id !== undefined && splitDeliveryId(id) ? (id as DeliveryId) : undefined
    },
    messageTag: (delivery) => mac(messageSubkey, delivery).slice(0, 12),
    cookies: () => [cookieKey],
    formSecret: (session) => mac(formSubkey, session),
    pinHash: (attempt, pin) => mac(pinSubkey, `${attempt} ${pin}`),
    hookSecret: (kind) => mac(subkey('hook'), kind).slice(0, 22),
    visitor: (salt, client) => hash('sha256', `${salt}\n${client}`, 'base64url').slice(0, 11),
  }
}

/** What stores keep of a secret that somebody else holds: tokens, sessions, one-time links. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

/** The same for the same inbound message of a connection, whatever its provider calls it by. */
export function replyId(connection: ConnectionRef, inboundId: string): ReplyId {
  const named = JSON.stringify([connectionKey(connection), inboundId])
  return createHash('sha256').update(named).digest('hex').slice(0, 32) as ReplyId
}

function mac(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url')
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
