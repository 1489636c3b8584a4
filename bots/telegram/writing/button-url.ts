import { isLoopback } from '#core/loopback.ts'

/**
 * Telegram refuses a whole message for a button that leads to this machine, or to a name without a dot (of a local
 * network).
 */
export function mayLeadTo(url: string): boolean {
  const parsed = URL.parse(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol) || isLoopback(url)) return false
  return parsed.hostname.includes('.') || parsed.hostname.startsWith('[')
}
