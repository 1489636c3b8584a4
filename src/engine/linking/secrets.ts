import type { Platform } from '#core/identity.ts'
import { type RandomBytes, randomText } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import { hashSecret } from '../keys.ts'

/** From the beginning of a link to its end. */
export const LINK_MS = 10 * 60_000

/** Base62 characters: 190 random bits, and short enough for a platform's start link. */
const SECRET_LENGTH = 32

export function newLinkSecret(randomBytes: RandomBytes): string {
  return randomText(SECRET_LENGTH, randomBytes)
}

/** The hash of a secret that leads from a chat to the page. */
export function pageHash(secret: string): string {
  return hashSecret(`page ${secret}`)
}

/** The hash of a secret that leads from a page to a chat of the platform that was chosen there, and to no other. */
export function chatHash(secret: string, platform: Platform): string {
  return hashSecret(`${platform} ${secret}`)
}

const PINS = 1_000_000
/** The greatest multiple of PINS that four bytes hold: what lies above would favour some PINs. */
const FAIR = Math.floor(2 ** 32 / PINS) * PINS

/** Six digits, each of a million as likely as another. */
export function newPin(randomBytes: RandomBytes): string {
  for (;;) {
    const drawn = Buffer.from(randomBytes(4)).readUInt32BE()
    if (drawn < FAIR) return String(drawn % PINS).padStart(6, '0')
  }
}

/** A PIN as people type it: spaces, hyphens and full-width digits do no harm. Throws `invalid_field`. */
export function readPin(typed: string): string {
  const pin = typed
    .slice(0, 100)
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]+/gu, '')
  if (/^\d{6}$/.test(pin)) return pin
  throw refusal('invalid_field', 'link.fault.pinShape', { field: 'pin' })
}
