/** What an SMTP server answered (RFC 5321), with its enhanced code (RFC 3463) where it gave one. */
export interface SmtpReply {
  readonly code: number
  readonly enhanced?: string
  /** All of it, as said. */
  readonly text: string
  /** When to come again, where the words say so ("try again in 300 seconds"). */
  readonly retryAfterMs?: number
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

export function readReply(response: string | undefined): SmtpReply | undefined {
  const match = /^(\d{3})(?:[ -](?:([245]\.\d{1,3}\.\d{1,3})(?=\s|$))?|$)/.exec(response ?? '')
  if (!response || !match) return undefined
  const retryAfterMs = askedWait(response)
  return {
    code: Number(match[1]),
    text: response,
    ...(match[2] ? { enhanced: match[2] } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}

function askedWait(text: string): number | undefined {
  const asked =
    /\b(?:in|after|for|wait)\s+(\d{1,6})\s*(s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?)\b/i
  const match = asked.exec(text)
  const unit = UNITS[match?.[2]?.charAt(0).toLowerCase() ?? '']
  return match && unit ? Number(match[1]) * unit : undefined
}
