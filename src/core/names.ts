import { cleanLine } from './text.ts'

export const MAX_DISPLAY_NAME = 64

/** Why a display name was refused. Each has a sentence in src/locales under `fault.name.<code>`. */
export type NameFault = 'empty' | 'too_long' | 'not_a_name' | 'copies_another' | 'well_known'

/** What a name looks like: two names with the same skeleton are taken for each other. */
export function nameSkeleton(displayName: string): string {
  return cleanLine(displayName).normalize('NFKC').toLowerCase()
}

/**
 * Why `name` may not be a display name beside `others` (display names of other accounts), or undefined.
 * `staff`: the account runs this service (operator), and may be called "Support" or "Admin".
 */
export function refuseName(
  name: string,
  others: Iterable<string>,
  _options: { readonly staff?: boolean } = {},
): NameFault | undefined {
  const skeleton = nameSkeleton(name)
  for (const other of others) if (nameSkeleton(other) === skeleton) return 'copies_another'
  return undefined
}

/** Lower-case ASCII, 2–32 characters, begins with a letter or digit. */
export function isUsername(text: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{1,31}$/.test(text)
}
