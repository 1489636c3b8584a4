import { domainToUnicode } from 'node:url'
import { looksLatin } from '../confusables.ts'
import { readsAsBrand } from '../names.ts'

const SCRIPTS = [
  ...['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Hebrew', 'Arabic', 'Georgian', 'Thai'],
  ...['Devanagari', 'Han', 'Hiragana', 'Katakana', 'Hangul', 'Bopomofo'],
].map((name) => ({ name, pattern: new RegExp(`\\p{Script=${name}}`, 'u') }))

/** Scripts that one language writes together (UTS 39, "highly restrictive"). */
const TOGETHER = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
]
/** Small letters that stand for Latin ones in any font; others only look like capitals (в, к, м, т). */
const DISGUISES = 'аыԁсеԍһіюјӏорԗԛѕԝхуъьҽпгѵѡᴦᴨαικνρυωηοτϲϳգզէլհյոսւօქხ'
/** Signs of CJK writing that look like a slash, a dash or a dot beside Latin letters. */
const CJK_SIGNS = /[ノソゾンー一丨丶丿乀乁〳・·ㅡᅳㆍ]/u
/** Signs that could be read as part of the URL: fractions, dots, quotes, slashes. */
const URL_SIGNS = /(?!-)[\p{P}\p{Sm}\p{Sk}]/u
const MARK_ON_ASCII = /[a-z0-9]\p{M}/u

/**
 * The host as readers see it, where it could be taken for another one; undefined where it is plain. Warned
 * of are labels that mix scripts, labels in another script made of Latin lookalikes alone (unless the whole
 * name is in that script), and signs that read as part of the URL.
 */
export function homographOf(hostname: string): string | undefined {
  if (!hostname.includes('xn--')) return undefined
  const unicode = domainToUnicode(hostname)
  const labels = unicode.replace(/\.$/, '').split('.')
  const top = labels.at(-1) ?? ''
  return labels.some((label) => isDeceptive(label, top)) ? unicode : undefined
}

function isDeceptive(label: string, top: string): boolean {
  // Punycode that stands for no name of today's rules is shown as it is, and cannot be read.
  if (/^[a-z0-9_-]*$/.test(label)) return label.startsWith('xn--')
  const scripts = scriptsOf(label)
  if (!mayStandTogether(scripts)) return true
  if (URL_SIGNS.test(label.replace(/[・·]/gu, '')) || MARK_ON_ASCII.test(label)) return true
  if (scripts.has('Latin'))
    return CJK_SIGNS.test(label) || hidesLatin(label, top) || readsAsBrand(label)
  return isLatinInDisguise(label) && !sharesScript(scripts, scriptsOf(top))
}

/**
 * A Latin label with a letter that passes for a plain one (ɡ, ı), which no accent gives away. A dotless i is at
 * home in Turkish.
 */
function hidesLatin(label: string, top: string): boolean {
  const turkish = /[ğşçöü]/.test(label) || /^(?:tr|az)$/.test(top)
  const plain = turkish ? label.replaceAll('ı', '') : label
  return [...plain].some((character) => looksLatin(character))
}

/** Every letter reads as a Latin one. */
function isLatinInDisguise(label: string): boolean {
  const letters = [...label].filter((character) => /\p{L}/u.test(character))
  return letters.every((character) => DISGUISES.includes(character))
}

function scriptsOf(label: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (const character of label) {
    if (/[\p{Script=Common}\p{Script=Inherited}]/u.test(character)) continue
    found.add(SCRIPTS.find(({ pattern }) => pattern.test(character))?.name ?? 'other')
  }
  return found
}

function mayStandTogether(scripts: ReadonlySet<string>): boolean {
  if (scripts.size <= 1) return true
  return TOGETHER.some((group) => [...scripts].every((script) => group.includes(script)))
}

function sharesScript(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((script) => b.has(script))
}
