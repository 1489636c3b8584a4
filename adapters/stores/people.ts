import { isDeepStrictEqual } from 'node:util'
import type { PlatformUser } from '#core/identity.ts'
import type { Reach } from '#ports/channel.ts'
import type { Person } from '#ports/store/people.ts'
import { looksAs } from './link-steps.ts'

/** Nothing new: most of what people do changes neither how they show themselves nor where they are reached. */
export function isKnownSo(
  before: Person | null,
  user: PlatformUser,
  reach: Reach | null | undefined,
): boolean {
  if (!before || !looksAs(before, user)) return false
  return reach === undefined || isDeepStrictEqual(before.reach, reach)
}
