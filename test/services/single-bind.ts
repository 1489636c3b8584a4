import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** A provider that permits one connection at a time, and remembers who connected and what each sent. */
export interface SingleBind {
  readonly port: number
  /** Who bound, in order. */
  readonly binds: readonly string[]
  readonly sent: readonly { readonly by: string; readonly delivery: string }[]
  /** Binds that came while another's was open. */
  readonly refused: readonly string[]
  /** Ends what a frozen client holds open, as a provider does whose keep-alive is not answered. */
  drop(by: string): void
  close(): Promise<void>
}

/** Takes lines: the first says who binds, each later one is a message, answered by `ok`. */
export async function startSingleBind(): Promise<SingleBind> {
  const bound = new Map<string, Socket>()
  const binds: string[] = []
  const sent: { by: string; delivery: string }[] = []
  const refused: string[] = []

  function bind(by: string, socket: Socket): void {
    binds.push(by)
    if (bound.size > 0) refused.push(by)
    bound.set(by, socket)
    socket.once('close', () => bound.delete(by))
  }

  const server = createServer((socket) => {
    let by: string | undefined
    socket.on('error', () => undefined)
    createInterface(socket).on('line', (line) => {
      if (by === undefined) {
        by = line
        bind(by, socket)
        return
      }
      sent.push({ by, delivery: line })
      socket.write('ok\n')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    binds,
    sent,
    refused,
    drop(by) {
      bound.get(by)?.destroy()
      bound.delete(by)
    },
    async close() {
      for (const socket of bound.values()) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
