import type { BlockList, LookupFunction } from 'node:net'
import type { buildConnector } from 'undici'

export interface GuardOptions {
  /** Addresses that are never connected to, however they are written or found. */
  readonly blocked: BlockList
  readonly lookup: LookupFunction
  /** Certificates to trust in place of the usual ones. */
  readonly ca?: string | undefined
  readonly timeoutMs: number
}

/**
 * A connector for http and https that judges every address before it connects. `tls.connect` ignores a block
 * list, so TLS is always spoken over a TCP connection made by `net.connect`, which heeds it for literals and
 * for each address that a name leads to.
 */
export function createGuardedConnector(
  build: typeof buildConnector,
  options: GuardOptions,
): buildConnector.connector {
  const { blocked, lookup, ca, timeoutMs } = options
  const tcp = build({ blockList: blocked, lookup, timeout: timeoutMs })
  const tls = build({ timeout: timeoutMs, allowH2: false, ...(ca === undefined ? {} : { ca }) })
  return (target, callback) => {
    const { servername, ...plain } = target
    const port = target.port || (target.protocol === 'https:' ? '443' : '80')
    tcp({ ...plain, protocol: 'http:', port }, (error, socket) => {
      if (error) return callback(error, null)
      if (target.protocol !== 'https:') return callback(null, socket)
      tls({ ...target, httpSocket: socket }, (failure, secure) => {
        if (!failure) return callback(null, secure)
        socket.destroy()
        callback(failure, null)
      })
    })
  }
}
