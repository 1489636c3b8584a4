import { Resolver } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'

const TIMEOUT_MS = 1_000
const TRIES = 2

/**
 * Looks names up in the DNS alone (no hosts file), on sockets. The usual lookup holds one of the few threads of
 * the pool, on which passwords are hashed too, for as long as a slow name server pleases.
 */
export function createPublicLookup(
  options: {
    /** Name servers to ask, `address:port`; default: the system's. */
    readonly servers?: readonly string[]
  } = {},
): LookupFunction {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES })
  if (options.servers) resolver.setServers(options.servers)
  return (hostname, wanted, callback) => {
    resolveBoth(resolver, hostname).then(
      (addresses) => {
        const [first] = addresses
        if (!first) return callback(notFound(hostname), '', 0)
        if (wanted.all) return callback(null, addresses)
        callback(null, first.address, first.family)
      },
      () => callback(notFound(hostname), '', 0),
    )
  }
}

async function resolveBoth(resolver: Resolver, hostname: string) {
  const [four, six] = await Promise.allSettled([
    resolver.resolve4(hostname),
    resolver.resolve6(hostname),
  ])
  return [
    ...(four.status === 'fulfilled' ? four.value.map((address) => ({ address, family: 4 })) : []),
    ...(six.status === 'fulfilled' ? six.value.map((address) => ({ address, family: 6 })) : []),
  ]
}

function notFound(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' })
}
