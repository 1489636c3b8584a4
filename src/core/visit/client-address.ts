import { BlockList, isIP } from 'node:net'

/** Tells whether an address belongs to a proxy whose forwarding headers are believed. */
export type TrustProxy = (address: string) => boolean

/** Forwarding headers as they came; several lines of one header are joined by commas. */
export interface Forwarding {
  readonly xForwardedFor?: string | undefined
  /** RFC 7239. */
  readonly forwarded?: string | undefined
}

/** More hops than this are not believed: nobody has so many proxies, and the header is bounded work. */
const MAX_HOPS = 50
/** Answers are remembered: proxies stand in front of every request, and clients come again. */
const REMEMBERED = 20_000

/** Of CIDRs (`10.0.0.0/8`, `::1/128`) or single addresses. Throws a RangeError naming what is neither. */
export function trustedProxies(cidrs: readonly string[]): TrustProxy {
  if (cidrs.length === 0) return () => false
  const list = new BlockList()
  for (const cidr of cidrs) addRange(list, cidr)
  const known = new Map<string, boolean>()
  return (address) => {
    const remembered = known.get(address)
    if (remembered !== undefined) return remembered
    const family = isIP(address)
    const trusted = family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
    if (known.size >= REMEMBERED) known.clear()
    known.set(address, trusted)
    return trusted
  }
}

function addRange(list: BlockList, cidr: string): void {
  const [address = '', bits] = cidr.trim().split('/')
  const family = isIP(address)
  const longest = family === 6 ? 128 : 32
  const length = bits === undefined ? longest : Number(bits)
  const whole = bits === undefined || /^\d{1,3}$/.test(bits)
  if (family === 0 || !whole || length > longest) throw new RangeError(`not a CIDR: ${cidr}`)
  list.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4')
}

/**
 * The client's address: the rightmost one in the chain of forwarders that is no trusted proxy. What stands
 * further left is only the client's word. Where both kinds of header came and name different clients, one of
 * them is forged and neither is believed.
 */
export function clientAddress(remote: string, forwarding: Forwarding, trust: TrustProxy): string {
  const peer = plain(remote)
  if (!trust(peer)) return peer
  const { xForwardedFor, forwarded } = forwarding
  const byX = xForwardedFor && outermost(peer, xForwardedFor.split(','), trust)
  const byStandard = forwarded && outermost(peer, forwardedHops(forwarded), trust)
  if (byX && byStandard) return byX === byStandard ? byX : peer
  return byX || byStandard || peer
}

/** Walks from the nearest hop outwards; a hop that cannot be read ends the chain before it. */
function outermost(peer: string, hops: readonly string[], trust: TrustProxy): string {
  let client = peer
  for (const hop of hops.slice(-MAX_HOPS).reverse()) {
    const address = plain(hop)
    if (isIP(address) === 0) return client
    client = address
    if (!trust(address)) return client
  }
  return client
}

/** The `for=` of each element, in order; elements without one cannot be read. */
function forwardedHops(header: string): string[] {
  return header.split(',').map((element) => {
    const pair = element.split(';').find((part) => /^\s*for\s*=/i.test(part))
    return pair === undefined ? '' : pair.slice(pair.indexOf('=') + 1)
  })
}

const V4_AS_IT_IS = /^[\d.]+$/

/** Without quotes, brackets, port and zone; IPv4 in IPv6 as IPv4. */
function plain(text: string): string {
  if (V4_AS_IT_IS.test(text)) return text
  let address = text.trim().replace(/^"|"$/g, '')
  if (address.startsWith('[')) address = address.slice(1).replace(/\].*$/s, '')
  else if (/^[\d.]+:\d+$/.test(address)) address = address.replace(/:\d+$/, '')
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)
  return mapped?.[1] ?? address.replace(/%.*$/s, '').toLowerCase()
}

/** What one client can be told apart by: an IPv4 address as it is, the /64 of an IPv6 one. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail = ''] = address.replace(/%.*$/s, '').toLowerCase().split('::')
  const [left, right] = [head, tail].map((part) => part.split(':').filter(Boolean)) as [
    string[],
    string[],
  ]
  // An IPv4 address at the end stands for two groups; it never reaches into the first four.
  const groups = right.length + Number(right.at(-1)?.includes('.') ?? false)
  const zeros = address.includes('::') ? Math.max(0, 8 - left.length - groups) : 0
  const all = [...left, ...Array<string>(zeros).fill('0'), ...right]
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
