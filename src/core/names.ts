import { BRANDS, SHARED_BRANDS, STAFF_WORDS } from './brands.ts'
import { foldCapitals, foldConfusables } from './confusables.ts'
import { cleanLine } from './text.ts'

/** UTF-16 units of a cleaned display name. */
export const MAX_DISPLAY_NAME = 64

/** Why a display name was refused. Each has a sentence in src/locales under `fault.name.<code>`. */
export type NameFault = 'empty' | 'too_long' | 'not_a_name' | 'copies_another' | 'well_known'

const DIGITS_AS_LETTERS: Readonly<Record<string, string>> = { '0': 'o', '1': 'l', '|': 'l', i: 'l' }

/**
 * What a name looks like: two names with the same skeleton are taken for each other. Compatibility forms, case,
 * lookalikes (`I`, `l` and `1` too), marks, spaces and punctuation make no difference.
 */
export function nameSkeleton(displayName: string): string {
  const compatible = cleanLine(displayName).normalize('NFKC')
  const plain = foldCapitals(compatible).toLowerCase().normalize('NFD')
  return foldConfusables(plain.replace(/\p{M}+/gu, ''))
    .replace(/[01|i]/g, (character) => DIGITS_AS_LETTERS[character] ?? character)
    .replace(/[^\p{L}\p{N}]+/gu, '')
}

/** A word in two writings that look alike: `rn` reads as `m`, `vv` as `w`. */
function brandSkeleton(text: string): string {
  return nameSkeleton(text).replaceAll('rn', 'm').replaceAll('vv', 'w')
}

interface WellKnown {
  readonly own: string
  readonly brands: ReadonlySet<string>
  /** Brands, and words that are one beside a staff word. */
  readonly titled: ReadonlySet<string>
  readonly staff: ReadonlySet<string>
  readonly longest: number
}

let wellKnown: WellKnown | undefined

/** The skeletons of the lists, made when they are first asked for. */
function known(): WellKnown {
  if (wellKnown) return wellKnown
  const titled = new Set([...BRANDS, ...SHARED_BRANDS].map(brandSkeleton))
  wellKnown = {
    own: brandSkeleton('Passalong'),
    brands: new Set(BRANDS.map(brandSkeleton)),
    titled,
    staff: new Set(STAFF_WORDS.map(brandSkeleton)),
    longest: Math.max(...[...titled].map((brand) => brand.length)),
  }
  return wellKnown
}

/**
 * Why `name` may not be a display name beside `others` (display names of other accounts), or undefined.
 * `staff`: the account runs this service (operator), and may be called "Support" or "Admin".
 */
export function refuseName(
  name: string,
  others: Iterable<string>,
  options: { readonly staff?: boolean } = {},
): NameFault | undefined {
  const clean = cleanLine(name)
  if (clean === '') return 'empty'
  if (clean.length > MAX_DISPLAY_NAME) return 'too_long'
  if (!/[\p{L}\p{N}]/u.test(clean) || looksLikeAnAddress(clean)) return 'not_a_name'
  if (isWellKnown(clean, options.staff ?? false)) return 'well_known'
  return copiesAny(clean, others) ? 'copies_another' : undefined
}

/** Alike as written, or alike in lower-case (a Greek `Ν` is no `ν`, but it is the same name). */
function copiesAny(name: string, others: Iterable<string>): boolean {
  const written = nameSkeleton(name)
  const lower = nameSkeleton(name.toLowerCase())
  for (const other of others) {
    if (nameSkeleton(other) === written || nameSkeleton(other.toLowerCase()) === lower) return true
  }
  return false
}

/** A name that holds an address would stand in messages as if we vouched for it. */
function looksLikeAnAddress(name: string): boolean {
  const plain = name.normalize('NFKC')
  return /[@<>]|:\/\/|www\./iu.test(plain) || /\.\p{L}{2,}(?:\/|$)/u.test(plain)
}

/** Whether a label of a host or a name reads as a brand, or as ourselves. */
export function readsAsBrand(text: string): boolean {
  return known().brands.has(brandSkeleton(text))
}

function isWellKnown(name: string, staff: boolean): boolean {
  const skeleton = brandSkeleton(name)
  if (skeleton.includes(known().own) || known().brands.has(skeleton)) return true
  if (known().staff.has(skeleton)) return !staff
  return isBrandWithTitle(skeleton)
}

/** "PayPal Support", "微信官方客服": a brand, and nothing but staff words around it. */
function isBrandWithTitle(skeleton: string): boolean {
  for (let start = 0; start < skeleton.length; start++) {
    const longest = Math.min(skeleton.length, start + known().longest)
    for (let end = start + 2; end <= longest; end++) {
      if (!known().titled.has(skeleton.slice(start, end))) continue
      const bare = start === 0 && end === skeleton.length
      if (!bare && isStaffOnly(skeleton.slice(0, start)) && isStaffOnly(skeleton.slice(end)))
        return true
    }
  }
  return false
}

function isStaffOnly(text: string): boolean {
  if (text === '') return true
  for (let end = text.length; end > 0; end--) {
    if (known().staff.has(text.slice(0, end)) && isStaffOnly(text.slice(end))) return true
  }
  return false
}

/** Lower-case ASCII, 2–32 characters, begins with a letter or digit. */
export function isUsername(text: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{1,31}$/.test(text)
}
