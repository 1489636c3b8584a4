import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Received, SmtpFault, SmtpServerOptions } from './smtp-server.ts'

export type SinkCommand = { readonly id: number } & (
  | { readonly kind: 'fault'; readonly fault: SmtpFault | null }
  | { readonly kind: 'count' }
  | { readonly kind: 'held' }
  | { readonly kind: 'received' }
)

export interface SinkAnswer {
  readonly id: number
  readonly value: unknown
}

export interface SmtpSink {
  readonly port: number
  /** For SMTP_URL. */
  readonly url: string
  readonly pid: number
  /** Messages taken so far. */
  count(): Promise<number>
  /** Messages that a fault holds now. */
  held(): Promise<number>
  received(): Promise<readonly Received[]>
  fault(fault: SmtpFault | null): Promise<void>
  /** Ends the process at once: the port refuses from here. Start another on the same port to bring it back. */
  close(): Promise<void>
}

/**
 * An SMTP server in a process of its own, for benchmarks and for tests that kill things: it takes every
 * message, remembers its Message-ID (the whole with `keep`), and misbehaves on demand.
 */
export async function startSmtpSink(options: SmtpServerOptions = {}): Promise<SmtpSink> {
  const script = fileURLToPath(new URL('./smtp-sink-process.ts', import.meta.url))
  const child = fork(script, [JSON.stringify(options)], { execArgv: [], serialization: 'advanced' })
  const waiting = new Map<number, (value: unknown) => void>()
  let nextId = 1
  const port = await new Promise<number>((resolve, reject) => {
    waiting.set(0, (value) => resolve(value as number))
    child.on('message', ({ id, value }: SinkAnswer) => {
      waiting.get(id)?.(value)
      waiting.delete(id)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the SMTP sink ended with ${code}`)))
  })
  const ask = <T>(command: DistributiveOmit<SinkCommand, 'id'>): Promise<T> =>
    new Promise((resolve) => {
      const id = nextId++
      waiting.set(id, (value) => resolve(value as T))
      child.send({ ...command, id } satisfies SinkCommand)
    })
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    count: () => ask<number>({ kind: 'count' }),
    held: () => ask<number>({ kind: 'held' }),
    received: () => ask<readonly Received[]>({ kind: 'received' }),
    fault: (fault) => ask<void>({ kind: 'fault', fault }),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
