import type { PlatformUser } from '#core/identity.ts'
import { type RandomBytes, randomText } from '#core/ids.ts'
import { isUsername, MAX_DISPLAY_NAME, refuseName } from '#core/names.ts'
import { cleanLine, shorten } from '#core/text.ts'

/** What is tried behind a name that is another's: 2 to 21. */
const NUMBERS = Array.from({ length: 20 }, (_, n) => String(n + 2))
/** Leaves room for a number in a username. */
const MAX_BASE = 28
/** Names out of nothing, when all others are taken. */
const MADE_UP = 5

/**
 * Usernames for an account that is made of a user, the best first: their handle, their name, these with a number, at
 * last some that say nothing. All are valid, and none reads as one of `others` (display names) or as a brand's.
 */
export function* usernamesFor(
  user: PlatformUser,
  others: readonly string[],
  randomBytes: RandomBytes,
): Generator<string> {
  const slugs = new Set([user.handle ?? '', user.name].map(slugOf))
  const bases = [...slugs].filter((base) => isUsername(base) && mayBeOnesOwn(base, others))
  const numbered = bases.flatMap((base) => NUMBERS.map((number) => base + number))
  for (const name of [...bases, ...numbered]) if (!refuseName(name, others)) yield name
  for (let n = 0; n < MADE_UP; n++) yield `user-${randomText(8, randomBytes).toLowerCase()}`
}

/** The user's own name where they may have it, with a number where it is another's, else their username. */
export function displayNameFor(
  user: PlatformUser,
  username: string,
  others: readonly string[],
): string {
  const name = shorten(cleanLine(user.name), MAX_DISPLAY_NAME - 3)
  if (!mayBeOnesOwn(name, others)) return username
  const wanted = [name, ...NUMBERS.map((number) => `${name} ${number}`)]
  return wanted.find((candidate) => !refuseName(candidate, others)) ?? username
}

/** A name that a number makes no better is not tried with one: a brand's, an address. */
function mayBeOnesOwn(name: string, others: readonly string[]): boolean {
  const fault = refuseName(name, others)
  return fault === undefined || fault === 'copies_another'
}

/** What of a text may stand in a username; empty where that is nothing. */
function slugOf(text: string): string {
  return text
    .slice(0, 200)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9_]+/g, '-')
    .slice(0, MAX_BASE)
    .replace(/^[-_]+|[-_]+$/g, '')
}
