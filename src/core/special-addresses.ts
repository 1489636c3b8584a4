import { BlockList, isIP } from 'node:net'

/**
 * Addresses that are not on the public internet: the IANA special-purpose registries for IPv4 and IPv6, the
 * ranges that carry IPv4 inside IPv6 (mapped, NAT64, 6to4, Teredo), multicast, and what is not allotted.
 * `except`: one of the IPv4 ranges below that is left out, for servers within a closed test.
 */
export function createSpecialAddresses(options: { readonly except?: string } = {}): BlockList {
  const list = new BlockList()
  const ipv4 = IPV4.filter((range) => range !== options.except)
  for (const range of ipv4) list.addSubnet(...split(range), 'ipv4')
  for (const range of IPV6) list.addSubnet(...split(range), 'ipv6')
  for (const [first, last] of BELOW_UNICAST) list.addRange(first, last, 'ipv6')
  return list
}

function split(range: string): [net: string, prefix: number] {
  const [net = '', prefix = ''] = range.split('/')
  return [net, Number(prefix)]
}

const IPV4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared address space of carriers
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, clouds' metadata services
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
]

/**
 * Everything below 2000::/3 is special (unspecified, loopback, NAT64, compatible IPv4…) or not allotted. The
 * mapped addresses ::ffff:0:0/96 are left out: `BlockList` judges them by the IPv4 address in them, and would
 * find every IPv4 address in a range that holds them.
 */
const BELOW_UNICAST = [
  ['::', '::fffe:ffff:ffff'],
  ['::1:0:0:0', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
] as const

/** What is not allotted or special above it, and special ranges within 2000::/3. */
const IPV6 = [
  '4000::/2',
  '8000::/1', // unique local, link-local, site-local, multicast
  '2001::/23', // protocol assignments, Teredo, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
]

const SPECIAL = createSpecialAddresses()

/** Whether a literal IP address (no brackets) is outside the public internet; so is what is no address. */
export function isSpecialAddress(ip: string): boolean {
  return isIP(ip) === 0 || SPECIAL.check(ip, ip.includes(':') ? 'ipv6' : 'ipv4')
}
