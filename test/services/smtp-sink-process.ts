/** The sink's own process: a faulty SMTP server that is told what to do by messages. See smtp-sink.ts. */

import { type FaultyServer, type SmtpServerOptions, startSmtpServer } from './smtp-server.ts'
import type { SinkAnswer, SinkCommand } from './smtp-sink.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as SmtpServerOptions
const server = await startSmtpServer(options)

process.on('message', (command: SinkCommand) => {
  answer(command.id, obey(server, command))
})
process.on('disconnect', () => process.exit())
answer(0, server.port)

function obey(to: FaultyServer, command: SinkCommand): unknown {
  switch (command.kind) {
    case 'fault':
      return to.fault(command.fault)
    case 'held':
      return to.held()
    case 'count':
      return to.received.length
    case 'received':
      return to.received
    default:
      return command satisfies never
  }
}

function answer(id: number, value: unknown): void {
  process.send?.({ id, value } satisfies SinkAnswer)
}
