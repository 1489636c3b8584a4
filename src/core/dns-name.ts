import { isIP } from 'node:net'

/**
 * Names that never lead to a host everybody can reach: RFC 6761 and 6762 and their registry, RFC 9476, and
 * names that home routers and companies use.
 */
const SPECIAL_USE = new Set([
  ...['alt', 'arpa', 'corp', 'domain', 'example', 'home', 'internal', 'intranet', 'invalid', 'lan'],
  ...['local', 'localdomain', 'localhost', 'mail', 'onion', 'private', 'test', 'workgroup'],
])
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/
const HOST_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const TOP_LABEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/
const MAX_NAME = 253

/** `special`: leads nowhere, or to another host for everybody. `malformed`: no host name at all. */
export type NameVerdict = 'public' | 'special' | 'malformed'

/**
 * What an ASCII host name (lower-case, perhaps with a final dot) is, by its spelling alone. `underscores`:
 * allowed, as in some hosts of web pages; never in mail domains.
 */
export function judgeDnsName(
  host: string,
  options: { readonly underscores?: boolean } = {},
): NameVerdict {
  const name = host.endsWith('.') ? host.slice(0, -1) : host
  const labels = name.split('.')
  const label = options.underscores ? LABEL : HOST_LABEL
  if (name === '' || name.length > MAX_NAME || isIP(name) !== 0) return 'malformed'
  if (!labels.every((part) => label.test(part))) return 'malformed'
  const top = labels.at(-1) ?? ''
  if (labels.length === 1 || SPECIAL_USE.has(top)) return 'special'
  return TOP_LABEL.test(top) ? 'public' : 'malformed'
}
