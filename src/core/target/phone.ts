import { knownRegion, readPhoneNumber } from '../phone-number.ts'
import type { PhoneTarget } from '../target.ts'

/** `10.0.0.1:80/x` is an address, not a number written with dots. */
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}(?:[:/]|$)/
const MAX_POSTDIAL = 64
/** A call to another exchange's extension, as people write it. */
const EXTENSION_WORDS = /(?:extension|ext\.?|x|转接?|轉接?|分机|分機)\s*:?\s*(?=\d)/giu
const LOOSE_NUMBER =
  /^(?=(?:\D*\d){3})[+(\d][\d\s().\-/]*(?:[,;pwx#*\d\s().\-/]|ext(?:ension|\.)?|转接?|轉接?|分机|分機|:)*$/iu

/** Whether a text without a scheme is meant as a number to call. */
export function looksLikeNumber(text: string): boolean {
  if (text.length > 120 || IPV4.test(text)) return false
  return LOOSE_NUMBER.test(text.normalize('NFKC'))
}

/**
 * A number to call, from a `tel:` URI (RFC 3966) or as people write it, with pauses and an access code after
 * it (`,` `p` `w` `;` and extensions all become `,`). A short code needs a region. Undefined for no number.
 */
export function parsePhone(
  text: string,
  region: string | undefined,
): Omit<PhoneTarget, 'title'> | undefined {
  const parts = splitDial(text)
  if (!parts || parts.postdial.length > MAX_POSTDIAL) return undefined
  const dialled = parts.context ? `${parts.context}${parts.number}` : parts.number
  const full = readPhoneNumber(dialled, region)
  if (full?.extension) return undefined
  const code = shortCode(parts.number)
  const country = knownRegion(region)
  // A code of a few digits may have the length of a number that its country does not use.
  if (code && country && !full?.valid) return target(code, country, parts.postdial)
  return full ? target(full.e164, null, parts.postdial) : undefined
}

function target(
  number: string,
  region: string | null,
  postdial: string,
): Omit<PhoneTarget, 'title'> {
  const url = `tel:${number}${postdial.replaceAll('#', '%23')}`
  return { kind: 'phone', url, number, region, postdial }
}

function shortCode(text: string): string | undefined {
  const digits = text.replace(/[\s().\-/]/g, '')
  return /^\d{3,8}$/.test(digits) ? digits : undefined
}

interface Dial {
  readonly number: string
  readonly postdial: string
  /** `phone-context=+86`: what makes a local number a global one. */
  readonly context: string | null
}

function splitDial(text: string): Dial | undefined {
  const plain = unescaped(text.replace(/^tel:(?:\/\/)?/i, '')).normalize('NFKC')
  let context: string | null = null
  const dialled = plain
    .replace(/;\s*phone-context=([^;,]*)/i, (_all, value: string) => {
      context = /^\+\d{1,6}$/.test(value.trim()) ? value.trim() : null
      return ''
    })
    .replace(/;\s*(?:ext|postd)=/gi, ',')
    .replace(/;\s*[a-z][a-z0-9-]*=[^;,]*/gi, '')
    .replace(EXTENSION_WORDS, ',')
  const pause = /[,;pw]/i.exec(dialled)?.index ?? dialled.length
  const number = dialled.slice(0, pause).trim()
  const postdial = dialled
    .slice(pause)
    .replace(/[\s().\-/]/g, '')
    .replace(/[;pw]/gi, ',')
    .replace(/,+$/, '')
  if (!/^\+?[\d\s().\-/]*\d[\d\s().\-/]*$/.test(number) && !/^\(/.test(number)) return undefined
  return /^[\d,*#]*$/.test(postdial) ? { number, postdial, context } : undefined
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
