/** How to reach the SMSC, read anew for each bind so that a changed secret counts at once. */
export interface SmppSettings {
  readonly host: string
  readonly port: number
  /** TLS from the start (`smpps://`). */
  readonly secure: boolean
  readonly systemId: string
  readonly password: string
  /** Asked for by some SMSCs: `?system_type=…`. */
  readonly systemType: string
  /** On this very machine: no eavesdropper between, and usually a certificate that nobody signed. */
  readonly local: boolean
}

/** A fault of our own settings; its message quotes nothing of them. */
export class Misconfigured extends Error {}

const PORT = 2775
const SECURE_PORT = 3550

/** Reads `smpp://user:password@host:port` or `smpps://…`. Throws {@link Misconfigured} on anything else. */
export function readSmppUrl(text: string): SmppSettings {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^smpps?:$/.test(url.protocol) || url.hostname === '') {
    throw new Misconfigured('SMPP_URL is not an smpp:// or smpps:// address')
  }
  const secure = url.protocol === 'smpps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    port: Number(url.port) || (secure ? SECURE_PORT : PORT),
    secure,
    systemId: decode(url.username),
    password: decode(url.password),
    systemType: url.searchParams.get('system_type') ?? '',
    local: /^(localhost|127(\.\d+){3}|::1)$/i.test(host),
  }
}

/** A password with a stray `%` is taken as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
