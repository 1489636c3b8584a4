import type { Outcome } from '#core/delivery.ts'

/** The connection never stood, so that nothing was sent. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])
/** A name that does not exist, a certificate that does not hold, a header that may not be set: ours to mend. */
const MISCONFIGURED =
  /^(ENOTFOUND$|CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET_ISSUER)|HOSTNAME_MISMATCH|UND_ERR_INVALID_ARG|UND_ERR_NOT_SUPPORTED)/

/** TLS spoken to a port that does not speak it, and the like; once the connection stood, a fault on the way. */
const HANDSHAKE = /^(EPROTO$|ERR_SSL_)/

/** What is told of a request that was never answered: the system's codes, and the call that failed. */
export interface NetworkFault {
  readonly code?: string | undefined
  /** `connect` where the connection never stood. */
  readonly syscall?: string | undefined
}

/** What a request without an answer came to. Only where nothing was sent is it not `unknown`. */
export function classifyNetworkFault({ code = '', syscall }: NetworkFault): Outcome {
  const isMisconfigured =
    MISCONFIGURED.test(code) || (syscall === 'connect' && HANDSHAKE.test(code))
  if (isMisconfigured) return { kind: 'down', detail: code }
  if (NOT_CONNECTED.has(code) || syscall === 'connect') {
    return { kind: 'transient', reason: 'retrying', detail: code }
  }
  return { kind: 'unknown', detail: code }
}

/** What a request of which nothing went out came to: ours to mend, or to be tried again. */
export function classifyUnsent(code: string): Outcome {
  return classifyNetworkFault({ code, syscall: 'connect' })
}

/** Notes that the error came before the connection stood: TLS does not say so by itself. */
export function whileConnecting<T extends Error>(error: T): T {
  return Object.assign(error, { syscall: 'connect' })
}

/** Finds the codes in an error, or beneath it where a library wrapped it. */
export function networkFaultOf(error: unknown): NetworkFault {
  const chain = chainOf(error)
  return { code: firstText(chain, 'code'), syscall: firstText(chain, 'syscall') }
}

const DEEPEST = 5

function chainOf(error: unknown): readonly Error[] {
  const chain: Error[] = []
  for (let at = error; at instanceof Error && chain.length < DEEPEST; at = at.cause) {
    chain.push(at)
    const [first]: readonly unknown[] = at instanceof AggregateError ? at.errors : []
    if (first instanceof Error) chain.push(first)
  }
  return chain
}

function firstText(chain: readonly Error[], name: 'code' | 'syscall'): string | undefined {
  const values = chain.map((error): unknown => Object.getOwnPropertyDescriptor(error, name)?.value)
  return values.find((value) => typeof value === 'string')
}
