import type { Outcome, Reason } from '#core/delivery.ts'
import { cleanLine, shorten } from '#core/text.ts'
import { readReply, type SmtpReply } from './reply.ts'

/** What a failed send left behind, as the mail library tells it. */
export interface SmtpFailure {
  /** What failed: `EAUTH`, `EENVELOPE`, `ECONNECTION`, `ESOCKET`, `ETIMEDOUT`, `EDNS`, `ETLS`… */
  readonly code?: string | undefined
  /** The system's own code beneath it: `ECONNREFUSED`, `ENOTFOUND`, a certificate's fault… */
  readonly originalCode?: string | undefined
  /** The server's reply, with its codes, where one came. */
  readonly response?: string | undefined
  /** The step that was replied to: `CONN`, `EHLO`, `AUTH …`, `MAIL FROM`, `RCPT TO`, `DATA`. */
  readonly command?: string | undefined
  /** Shown for faults of our own settings alone. */
  readonly message?: string | undefined
}

export interface SmtpContext {
  /** The whole message had gone out, its end included, so that the server may have taken it. */
  readonly whole: boolean
  /** The rate bucket that has to wait when the server says that it is too much; null: none is set. */
  readonly bucket: string | null
}

/** Greylisting servers take the message after some minutes; most ask for five. */
const GREYLIST_MS = 5 * 60_000
const LONGEST_ASKED_MS = 3_600_000
const THROTTLE_MS = 60_000
const MAX_DETAIL = 200

/** Replies to any step that mean: log in, or log in better (RFC 4954). */
const LOGIN_REFUSED = new Set([432, 530, 534, 535, 538])
const SETUP_STEPS = /^(CONN|EHLO|HELO|LHLO|STARTTLS)$/
const THROTTLING = /throttl|rate.?limit|too many (messages|connections|e-?mails)|rate exceeded/i
const CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET_ISSUER)|HOSTNAME_MISMATCH)/
/** TLS spoken to a port that does not speak it, and the like: no repetition mends it. */
const WRONG_PROTOCOL = /^(EPROTO$|ERR_SSL_)/

/** What a failed send came to, by what the server said or, where it said nothing, by how far it had come. */
export function classifySmtpError(failure: SmtpFailure, context: SmtpContext): Outcome {
  const reply = readReply(failure.response)
  const detail = shorten(cleanLine(reply ? reply.text : causeOf(failure)), MAX_DETAIL)
  if (isLogin(failure)) return classifyLogin(reply, detail)
  if (reply && reply.code >= 400)
    return classifyReply(reply, failure.command ?? '', detail, context)
  return classifyBreak(failure, detail, context)
}

function codeOf(failure: SmtpFailure): string {
  return failure.originalCode ?? failure.code ?? ''
}

function causeOf(failure: SmtpFailure): string {
  return failure.code === 'ECONFIG' ? (failure.message ?? '') : codeOf(failure)
}

function isLogin({ code, command = '' }: SmtpFailure): boolean {
  return code === 'EAUTH' || code === 'ENOAUTH' || command.startsWith('AUTH')
}

/** A server that cannot check the password just now is no refusal (454). */
function classifyLogin(reply: SmtpReply | undefined, detail: string): Outcome {
  const passing = reply && reply.code < 500 && !LOGIN_REFUSED.has(reply.code)
  return passing ? transient('retrying', detail) : { kind: 'down', detail }
}

function classifyReply(
  reply: SmtpReply,
  command: string,
  detail: string,
  context: SmtpContext,
): Outcome {
  if (LOGIN_REFUSED.has(reply.code)) return { kind: 'down', detail }
  if (reply.code < 500) return classifyPassing(reply, command, detail, context)
  // The session was out of step, not the message refused: a new connection may do.
  if (reply.code === 503) return transient('retrying', detail)
  if (SETUP_STEPS.test(command)) return { kind: 'down', detail }
  return { kind: 'permanent', detail, ...refusalOf(reply, command) }
}

/** What a refusal for good means, said to a command or, later, in a report on the recipient (`RCPT TO`). */
export function refusalOf(
  reply: SmtpReply,
  command: string,
): { readonly reason: Reason; readonly suppress: boolean } {
  return { reason: reasonOf(reply, command), suppress: isDeadAddress(reply, command) }
}

function classifyPassing(
  reply: SmtpReply,
  command: string,
  detail: string,
  { bucket }: SmtpContext,
): Outcome {
  if (THROTTLING.test(reply.text)) {
    const retryAfterMs = reply.retryAfterMs ?? THROTTLE_MS
    return bucket === null
      ? transient('retrying', detail, retryAfterMs)
      : { kind: 'throttled', bucket, retryAfterMs }
  }
  if (reply.enhanced === '4.2.2') return transient('mailbox_full', detail)
  const greylisted = command === 'RCPT TO' && (reply.code === 450 || reply.code === 451)
  const asked = reply.retryAfterMs ?? (greylisted ? GREYLIST_MS : undefined)
  return transient('retrying', detail, asked && Math.min(asked, LONGEST_ASKED_MS))
}

/** Only what is said of the recipient's address itself: 5.1.7 and 5.1.8 are about the sender's. */
function isDeadAddress({ code, enhanced }: SmtpReply, command: string): boolean {
  if (command === 'MAIL FROM') return false
  if (enhanced) return /^5\.1\.(?![78]$)\d+$/.test(enhanced)
  return command === 'RCPT TO' && (code === 550 || code === 551 || code === 553)
}

function reasonOf(reply: SmtpReply, command: string): Reason {
  const { code, enhanced = '', text } = reply
  if (isDeadAddress(reply, command)) return 'no_such_recipient'
  if (enhanced === '5.2.3' || enhanced === '5.3.4') return 'too_large'
  if (enhanced === '5.2.2') return 'mailbox_full'
  if (enhanced.startsWith('5.2.')) return 'not_reachable'
  if (enhanced.startsWith('5.6.')) return 'bad_content'
  if (enhanced.startsWith('5.7.')) return 'blocked'
  if (code === 552) return /size|large|too big/i.test(text) ? 'too_large' : 'mailbox_full'
  return 'refused'
}

/** The connection broke, or was never there. */
function classifyBreak(failure: SmtpFailure, detail: string, context: SmtpContext): Outcome {
  const cause = codeOf(failure)
  if (context.whole) return { kind: 'unknown', detail }
  switch (failure.code) {
    case 'EMESSAGE':
      return { kind: 'permanent', reason: 'too_large', detail, suppress: false }
    case 'EENVELOPE':
      return { kind: 'permanent', reason: 'not_reachable', detail, suppress: false }
    case 'ESTREAM':
      return { kind: 'permanent', reason: 'our_fault', detail, suppress: false }
    case 'ECONFIG':
      return { kind: 'down', detail }
    default: {
      // A host name that does not exist, or a certificate that does not hold, is ours to mend.
      const ours = cause === 'ENOTFOUND' || CERTIFICATE.test(cause) || WRONG_PROTOCOL.test(cause)
      return ours ? { kind: 'down', detail } : transient('retrying', detail)
    }
  }
}

function transient(reason: Reason, detail: string, retryAfterMs?: number): Outcome {
  return {
    kind: 'transient',
    reason,
    detail,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}
