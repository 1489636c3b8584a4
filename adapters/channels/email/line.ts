import { setTimeout as sleep } from 'node:timers/promises'
import type { RenderedEmail } from '#core/message/message.ts'
import { misconfigured } from './settings.ts'
import { openTransport, type Sent, type Transport, type TransportConfig } from './transport.ts'

/** The way to the server, whatever its settings are at the moment. */
export interface Line {
  send(mail: RenderedEmail, signal: AbortSignal): Promise<Sent>
  verify(): Promise<void>
  /** Lets sends begin again, once a stop under way has ended. */
  start(): Promise<void>
  /** Lets running sends end, for some seconds at most, and closes every connection. */
  stop(): Promise<void>
}

/** How long `stop` waits for sends that run. */
const STOP_MS = 5_000

interface Open {
  readonly key: string
  readonly transport: Promise<Transport>
}

/**
 * Keeps one transport open and replaces it when the settings have changed: what runs over the old one ends
 * there. A secret that cannot be read, or an address that is none, fails the send as a fault of ours.
 */
export function createLine(config: TransportConfig): Line {
  const running = new Set<Promise<unknown>>()
  let open: Open | undefined
  let stopped: Promise<void> | undefined

  const current = (): Promise<Transport> => {
    if (stopped) throw coded('ECONNECTION', 'the channel was stopped')
    const key = readSecrets(config)
    if (open?.key === key) return open.transport
    const old = open
    open = { key, transport: openTransport(config) }
    void old?.transport.then((transport) => transport.close(false)).catch(() => {})
    return open.transport
  }

  const watched = async <T>(work: Promise<T>): Promise<T> => {
    running.add(work)
    try {
      return await work
    } finally {
      running.delete(work)
    }
  }

  const close = async (): Promise<void> => {
    const transport = await open?.transport.catch(() => undefined)
    open = undefined
    transport?.close(false)
    await Promise.race([Promise.allSettled(running), sleep(STOP_MS, undefined, { ref: false })])
    transport?.close(true)
  }

  return {
    send: async (mail, signal) => {
      if (signal.aborted) throw coded('EABORT', 'given up before it was sent')
      const transport = await current()
      return watched(transport.send(mail, signal))
    },
    verify: async () => {
      const transport = await current()
      await watched(transport.verify())
    },
    async start() {
      await stopped
      stopped = undefined
    },
    stop() {
      stopped ??= close()
      return stopped
    },
  }
}

function readSecrets({ smtpUrl, dkim }: TransportConfig): string {
  try {
    return JSON.stringify([smtpUrl(), dkim?.privateKey()])
  } catch (cause) {
    throw misconfigured('a mail secret could not be read', cause)
  }
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
