/** How to reach the SMTP server, read anew for each use so that a changed secret counts at once. */
export interface SmtpSettings {
  readonly host: string
  readonly port: number
  /** TLS from the start (`smtps://`). */
  readonly secure: boolean
  readonly auth: { readonly user: string; readonly pass: string } | null
  /** On this very machine: no eavesdropper between, and usually a certificate that nobody signed. */
  readonly local: boolean
}

const SUBMISSION_PORT = 587
const SUBMISSIONS_PORT = 465

/** Reads `smtp://user:password@host:587` or `smtps://…`. Throws `ECONFIG` on anything else, without quoting it. */
export function readSmtpUrl(text: string): SmtpSettings {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    throw misconfigured('SMTP_URL is not an smtp:// or smtps:// address')
  }
  const secure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const user = decode(url.username)
  return {
    host,
    port: Number(url.port) || (secure ? SUBMISSIONS_PORT : SUBMISSION_PORT),
    secure,
    auth: user === '' ? null : { user, pass: decode(url.password) },
    local: /^(localhost|127(\.\d+){3}|::1)$/i.test(host),
  }
}

/** A fault of our own settings, with the code that the mail library uses for such. */
export function misconfigured(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code: 'ECONFIG' })
}

/** A password with a stray `%` is taken as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
