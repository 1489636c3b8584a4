import { parse as parseDomain } from 'tldts'
import type { TargetFault } from '../errors.ts'
import { type Code, isCode } from '../ids.ts'
import { isPremiumRate } from '../phone-number.ts'
import type { Target } from '../target.ts'
import { cleanLine } from '../text.ts'
import { homographOf } from './homograph.ts'
import { hostFault } from './host.ts'
import { mediaOf } from './media.ts'
import { looksLikeNumber, parsePhone } from './phone.ts'

/** What a person wants to share, as they put it. */
export interface TargetInput {
  /** As pasted: an http(s) URL, a bare `example.org/x`, a `tel:` URI or a number to call. */
  readonly url: string
  /** ISO 3166 region of a national number or a short code. */
  readonly region?: string | undefined
  /** What the sender says it is; guessed from the URL's extension when absent. */
  readonly kind?: 'page' | 'media' | undefined
  readonly title?: string | undefined
}

/** What a target is read by: what is ours, and where numbers are dialled. */
export interface TargetContext {
  /** Hosts whose `/r/<code>` links are our own, as `URL.host` writes them (`localhost:8080`). */
  readonly ownHosts: readonly string[]
  /** For numbers without `+`, where the input names no region. */
  readonly defaultRegion?: string | undefined
}

/** Something that the sender should look at before sending. `ascii` is what the host really is. */
export type TargetWarning =
  | { readonly code: 'homograph'; readonly host: string; readonly ascii: string }
  /** A number that costs those who call it more than a call. */
  | { readonly code: 'premium_number'; readonly number: string }

/** A target that was understood, or why it was not. */
export type ParsedTarget =
  | { readonly ok: true; readonly target: Target; readonly warnings: readonly TargetWarning[] }
  | { readonly ok: false; readonly fault: TargetFault }
  /** One of our own links: share what its delivery's share has as target. */
  | { readonly ok: 'own-link'; readonly code: Code }

const MAX_URL = 2_048

/** Understands what a person wants to share. Asks no network and never throws. */
export function parseTarget(input: TargetInput, context: TargetContext): ParsedTarget {
  const text = asPasted(input.url)
  if (text === '') return refused('empty')
  if (text.length > MAX_URL) return refused('too_long')
  const title = cleanLine(input.title ?? '')
  if (/^tel:/i.test(text) || looksLikeNumber(text)) {
    const phone = parsePhone(text, input.region ?? context.defaultRegion)
    return phone
      ? understood({ ...phone, title }, warningsOfNumber(phone))
      : refused('not_a_number')
  }
  const url = readUrl(text)
  if (typeof url === 'string') return refused(url)
  return judgeUrl(url, { title, kind: input.kind }, context)
}

/** What a sender should know of a number to call. */
export function warningsOfNumber({
  number,
}: {
  readonly number: string
}): readonly TargetWarning[] {
  return isPremiumRate(number) ? [{ code: 'premium_number', number }] : []
}

function judgeUrl(
  url: URL,
  wanted: { readonly title: string; readonly kind: TargetInput['kind'] },
  context: TargetContext,
): ParsedTarget {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refused('scheme')
  if (url.username !== '' || url.password !== '') return refused('userinfo')
  if (url.href.length > MAX_URL) return refused('too_long')
  if (context.ownHosts.includes(url.host)) {
    const own = ownLink(url)
    if (own) return own
  }
  const fault = hostFault(url.hostname)
  if (fault) return refused(fault)
  const { title } = wanted
  const media = wanted.kind === 'page' ? undefined : mediaOf(url)
  const target: Target =
    media || wanted.kind === 'media'
      ? { kind: 'media', url: url.href, title, media: media ?? 'video' }
      : { kind: 'page', url: url.href, title }
  const homograph = homographOf(url.hostname)
  if (homograph === undefined) return understood(target)
  return understood(target, [{ code: 'homograph', host: homograph, ascii: url.hostname }])
}

/** Our links lead on: what is shared is what they lead to. Other pages of ours are judged as any host. */
function ownLink(url: URL): ParsedTarget | undefined {
  const code = /^\/r\/([^/]*)\/?$/.exec(url.pathname)?.[1]
  if (code === undefined) return undefined
  return isCode(code) ? { ok: 'own-link', code } : refused('own_link')
}

/** Without what came along with the paste: white space, invisible characters, angle brackets around it. */
function asPasted(text: string): string {
  const bare = text
    .slice(0, MAX_URL * 2)
    .replace(/[\t\r\n]/g, '')
    .replace(/^[\s\p{Cc}\p{Cf}]+/u, '')
  const trimmed = trimInvisibleEnd(bare)
  return /^<[^<>]*>$/.test(trimmed) ? trimmed.slice(1, -1).trim() : trimmed
}

function trimInvisibleEnd(text: string): string {
  let end = text.length
  while (end > 0 && /[\s\p{Cc}\p{Cf}]/u.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

function readUrl(text: string): URL | TargetFault {
  if (/^https?:/i.test(text)) return parsedUrl(text) ?? 'not_a_url'
  if (text.startsWith('//')) return parsedUrl(`https:${text}`) ?? 'not_a_url'
  const host = /^([^\s/?#:@\\]+)(:\d{1,5})?(?=[/?#]|$)/u.exec(text)
  if (host) return bareHost(text, host[1] ?? '', host[2] !== undefined)
  return /^[a-z][a-z0-9+.-]*:/i.test(text) ? 'scheme' : 'not_a_url'
}

/** `example.org/x` is a web address; `localhost:3000` and `10.0.0.1/x` were meant as one. */
function bareHost(text: string, host: string, hasPort: boolean): URL | TargetFault {
  const url = parsedUrl(`https://${text}`)
  if (!url) return 'not_a_url'
  if (host.includes('.') && parseDomain(url.hostname).isIcann) return url
  const fault = hostFault(url.hostname)
  const meant = hasPort || host.includes('.') || host.toLowerCase() === 'localhost'
  return fault && meant ? fault : 'not_a_url'
}

function parsedUrl(text: string): URL | undefined {
  return URL.parse(text) ?? undefined
}

function refused(fault: TargetFault): ParsedTarget {
  return { ok: false, fault }
}

function understood(target: Target, warnings: readonly TargetWarning[] = []): ParsedTarget {
  return { ok: true, target, warnings }
}
