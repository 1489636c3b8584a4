import { isIP } from 'node:net'
import { judgeDnsName } from '../dns-name.ts'
import type { TargetFault } from '../errors.ts'
import { isSpecialAddress } from '../special-addresses.ts'

/** Why nobody else could open a URL's host (`URL.hostname`), by its spelling alone, or undefined. */
export function hostFault(hostname: string): TargetFault | undefined {
  const literal = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  if (isIP(literal) !== 0) return isSpecialAddress(literal) ? 'private_address' : undefined
  switch (judgeDnsName(hostname, { underscores: true })) {
    case 'public':
      return undefined
    case 'special':
      return 'special_use_name'
    case 'malformed':
      return 'not_a_dns_name'
  }
}
