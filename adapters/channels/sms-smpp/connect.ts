import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { SmppSettings } from './settings.ts'

export interface TlsTrust {
  readonly ca?: string
  readonly rejectUnauthorized?: boolean
}

/**
 * A socket that stands, with TLS where it is asked for; a certificate has to hold anywhere but on loopback. Over
 * smpp:// the password leaves this machine as it is: the protocol has no other way.
 */
export async function connect(
  { host, port, secure, local }: SmppSettings,
  timeoutMs: number,
  tls?: TlsTrust,
): Promise<Socket> {
  const socket = secure
    ? connectTls({ host, port, rejectUnauthorized: !local, minVersion: 'TLSv1.2', ...tls })
    : connectTcp({ host, port })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => socket.destroy(coded('ETIMEDOUT')), timeoutMs)
  const onClose = (): void => reject(coded('ECONNRESET'))
  socket.setNoDelay(true)
  socket.once(secure ? 'secureConnect' : 'connect', resolve)
  socket.on('error', reject)
  socket.once('close', onClose)
  try {
    await promise
    return socket.off('close', onClose)
  } finally {
    clearTimeout(timer)
  }
}

function coded(code: string): Error {
  return Object.assign(new Error('the connection did not come to stand'), { code })
}
