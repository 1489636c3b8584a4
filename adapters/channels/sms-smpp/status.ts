import type { Outcome, Reason } from '#core/delivery.ts'

/** What is answered to what comes in. */
export const OK = 0x00
export const UNKNOWN_COMMAND = 0x03
export const QUEUE_FULL = 0x14
/** Could not be taken now: it comes again. */
export const COME_AGAIN = 0x64
/** Cannot be taken ever: it does not come again. */
export const NEVER_AGAIN = 0x65

type Rule =
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /** `times`: sends after which it is believed to be for good. */
  | { readonly kind: 'transient'; readonly times?: number }
  | { readonly kind: 'permanent'; readonly reason: Reason }
  | { readonly kind: 'down' }

const FEW = 4
const ours: Rule = { kind: 'permanent', reason: 'our_fault' }
const refused: Rule = { kind: 'permanent', reason: 'refused' }
const blocked: Rule = { kind: 'permanent', reason: 'blocked' }
const nobody: Rule = { kind: 'permanent', reason: 'no_such_recipient' }
const passing: Rule = { kind: 'transient' }
const doubtful: Rule = { kind: 'transient', times: FEW }
const down: Rule = { kind: 'down' }

/**
 * command_status of SMPP 3.4 (5.1.3) and 5.0 (4.7.6). Any status but 0 says that the message was not taken. An
 * invalid number is not suppressed for it: a gateway says the same of a country that it does not serve.
 */
const RULES: Readonly<Record<number, readonly [name: string, rule: Rule]>> = {
  1: ['ESME_RINVMSGLEN', { kind: 'permanent', reason: 'too_large' }],
  2: ['ESME_RINVCMDLEN', ours],
  3: ['ESME_RINVCMDID', ours],
  4: ['ESME_RINVBNDSTS', passing],
  5: ['ESME_RALYBND', passing],
  6: ['ESME_RINVPRTFLG', ours],
  7: ['ESME_RINVREGDLVFLG', ours],
  8: ['ESME_RSYSERR', passing],
  10: ['ESME_RINVSRCADR', ours],
  11: ['ESME_RINVDSTADR', nobody],
  12: ['ESME_RINVMSGID', ours],
  13: ['ESME_RBINDFAIL', down],
  14: ['ESME_RINVPASWD', down],
  15: ['ESME_RINVSYSID', down],
  20: ['ESME_RMSGQFUL', { kind: 'throttled', retryAfterMs: 10_000 }],
  21: ['ESME_RINVSERTYP', ours],
  51: ['ESME_RINVNUMDESTS', refused],
  52: ['ESME_RINVDLNAME', ours],
  64: ['ESME_RINVDESTFLAG', ours],
  66: ['ESME_RINVSUBREP', ours],
  67: ['ESME_RINVESMCLASS', ours],
  68: ['ESME_RCNTSUBDL', ours],
  69: ['ESME_RSUBMITFAIL', doubtful],
  72: ['ESME_RINVSRCTON', ours],
  73: ['ESME_RINVSRCNPI', ours],
  80: ['ESME_RINVDSTTON', nobody],
  81: ['ESME_RINVDSTNPI', nobody],
  83: ['ESME_RINVSYSTYP', ours],
  84: ['ESME_RINVREPFLAG', ours],
  85: ['ESME_RINVNUMMSGS', ours],
  88: ['ESME_RTHROTTLED', { kind: 'throttled', retryAfterMs: 2_000 }],
  97: ['ESME_RINVSCHED', ours],
  98: ['ESME_RINVEXPIRY', ours],
  99: ['ESME_RINVDFTMSGID', ours],
  100: ['ESME_RX_T_APPN', passing],
  101: ['ESME_RX_P_APPN', refused],
  102: ['ESME_RX_R_APPN', refused],
  192: ['ESME_RINVTLVSTREAM', ours],
  193: ['ESME_RTLVNOTALLWD', ours],
  194: ['ESME_RINVTLVLEN', ours],
  195: ['ESME_RMISSINGTLV', ours],
  196: ['ESME_RINVTLVVAL', ours],
  254: ['ESME_RDELIVERYFAILURE', { kind: 'permanent', reason: 'not_reachable' }],
  255: ['ESME_RUNKNOWNERR', doubtful],
  256: ['ESME_RSERTYPUNAUTH', blocked],
  257: ['ESME_RPROHIBITED', blocked],
  258: ['ESME_RSERTYPUNAVAIL', passing],
  259: ['ESME_RSERTYPDENIED', blocked],
  260: ['ESME_RINVDCS', { kind: 'permanent', reason: 'bad_content' }],
}

export interface StatusContext {
  /** The rate bucket that has to wait when the SMSC says that it is too much. */
  readonly bucket: string
  /** 1 for the first send. */
  readonly attempt: number
}

/** `ESME_RTHROTTLED (0x58)`, for people who look it up. */
export function nameOfStatus(status: number): string {
  const name = RULES[status]?.[0] ?? 'status'
  return `${name} (0x${status.toString(16).toUpperCase().padStart(2, '0')})`
}

/**
 * What an answer with a status other than 0 to a submit comes to. Statuses of the SMSC's own, and any that nobody
 * foresaw, are tried again a few times.
 */
export function classifySubmit(status: number, { bucket, attempt }: StatusContext): Outcome {
  const detail = nameOfStatus(status)
  const rule = RULES[status]?.[1] ?? doubtful
  switch (rule.kind) {
    case 'throttled':
      return { kind: 'throttled', bucket, retryAfterMs: rule.retryAfterMs }
    case 'down':
      return { kind: 'down', detail }
    case 'permanent':
      return { kind: 'permanent', reason: rule.reason, detail, suppress: false }
    case 'transient':
      return attempt > (rule.times ?? Number.POSITIVE_INFINITY)
        ? { kind: 'permanent', reason: 'refused', detail, suppress: false }
        : { kind: 'transient', reason: 'retrying', detail }
    default:
      return rule satisfies never
  }
}

/** What a refused bind says of the connection: our own access is refused, or the SMSC cannot just now. */
export type Unbound = Extract<Outcome, { kind: 'down' | 'transient' }>

export function classifyBind(status: number): Unbound {
  const detail = nameOfStatus(status)
  const kind = RULES[status]?.[1].kind
  const busy = kind === 'transient' || kind === 'throttled'
  return busy ? { kind: 'transient', reason: 'retrying', detail } : { kind: 'down', detail }
}

const CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET_ISSUER)|HOSTNAME_MISMATCH)/
/** TLS spoken to a port that does not speak it, and the like: no repetition mends it. */
const WRONG_PROTOCOL = /^(EPROTO$|ERR_SSL_)/

/** What it says of the connection that none could be made. `code`: the system's. */
export function classifyUnreachable(code: string): Unbound {
  // A host name that does not exist, or a certificate that does not hold, is ours to mend.
  const ours = code === 'ENOTFOUND' || CERTIFICATE.test(code) || WRONG_PROTOCOL.test(code)
  return ours
    ? { kind: 'down', detail: code }
    : { kind: 'transient', reason: 'retrying', detail: code }
}
