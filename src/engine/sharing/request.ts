import { createHash } from 'node:crypto'
import { PassalongError, type TargetFault } from '#core/errors.ts'
import type { Instant } from '#core/ids.ts'
import { MAX_NOTE, MAX_TITLE } from '#core/share.ts'
import {
  parseTarget,
  type TargetContext,
  type TargetWarning,
  warningsOfNumber,
} from '#core/target/parse.ts'
import type { Target } from '#core/target.ts'
import { cleanLine, cleanText } from '#core/text.ts'
import type { Texts } from '#locales/texts.ts'
import type { VisitStore } from '#ports/store/visits.ts'
import type { ShareRequest } from '../engine.ts'

const YEAR_MS = 366 * 24 * 3_600_000
/** Longer texts are refused before they are looked at. */
const MAX_RAW = 100_000

/** What a target is read against. */
export interface RequestContext extends TargetContext {
  readonly now: number
  readonly texts: Texts
  readonly resolve: VisitStore['resolve']
}

interface UnderstoodTarget {
  readonly target: Target
  readonly warnings: readonly TargetWarning[]
}

/** The target that a request names, our own links unwrapped. Throws `invalid_target`. */
export async function readTarget(
  request: ShareRequest,
  context: RequestContext,
): Promise<UnderstoodTarget> {
  const title = readTitle(request.title, context.texts)
  const parsed = parseTarget({ ...request, title }, context)
  if (parsed.ok === true) return parsed
  if (parsed.ok === 'own-link') {
    const link = await context.resolve(parsed.code)
    const stands = link && !link.recalled && (link.expiresAt ?? Infinity) > context.now
    if (stands) return unwrapped(link.target, { ...request, title }, context)
    throw targetError('own_link', context.texts)
  }
  throw targetError(parsed.fault, context.texts)
}

/** What a link of ours leads to, judged as if it had been pasted itself: a warning is not lost on the way. */
function unwrapped(
  target: Target,
  request: ShareRequest,
  context: RequestContext,
): UnderstoodTarget {
  const title = request.title || target.title
  if (target.kind === 'phone') {
    return { target: { ...target, title }, warnings: warningsOfNumber(target) }
  }
  const kind = request.kind ?? target.kind
  const parsed = parseTarget({ url: target.url, kind, title }, { ...context, ownHosts: [] })
  if (parsed.ok === true) return parsed
  throw targetError('own_link', context.texts)
}

function targetError(fault: TargetFault, texts: Texts): PassalongError {
  return new PassalongError('invalid_target', texts(`fault.target.${fault}`), {
    field: 'url',
    reason: fault,
  })
}

function readTitle(raw: string | undefined, texts: Texts): string {
  const title = (raw ?? '').length > MAX_RAW ? undefined : cleanLine(raw ?? '')
  if (title !== undefined && title.length <= MAX_TITLE) return title
  throw tooLong('title', MAX_TITLE, texts)
}

/** The note, cleaned. Throws `invalid_field` where it is too long. */
export function readNote(raw: string | undefined, texts: Texts): string {
  const note = (raw ?? '').length > MAX_RAW ? undefined : cleanText(raw ?? '')
  if (note !== undefined && note.length <= MAX_NOTE) return note
  throw tooLong('note', MAX_NOTE, texts)
}

function tooLong(field: 'title' | 'note', max: number, texts: Texts): PassalongError {
  return new PassalongError('invalid_field', texts('refusal.too_long', { field, max }), { field })
}

/** When to send and when the link ends. Throws `invalid_schedule`. */
export function readSchedule(
  request: ShareRequest,
  now: number,
  texts: Texts,
): { readonly sendAt: Instant | null; readonly expiresAt: Instant | null } {
  const sendAt = request.sendAt ?? null
  const expiresAt = request.expiresAt ?? null
  if (sendAt !== null && sendAt <= now) throw schedule('sendAt', texts('refusal.send_at_past'))
  if (sendAt !== null && sendAt > now + YEAR_MS) {
    throw schedule('sendAt', texts('refusal.send_at_far'))
  }
  if (expiresAt !== null && expiresAt <= (sendAt ?? now)) {
    throw schedule('expiresAt', texts('refusal.expires_early'))
  }
  return { sendAt, expiresAt }
}

function schedule(field: string, message: string): PassalongError {
  return new PassalongError('invalid_schedule', message, { field })
}

/** What tells a repeated request from another one under the same key. */
export function hashRequest(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
