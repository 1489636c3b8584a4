import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { asUnavailable } from '#adapters/stores/mongo/faults.ts'

test('a command written onto a connection that the server just ended finds the database away', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1').resume()
  await once(socket, 'end')
  const { promise, resolve } = Promise.withResolvers<unknown>()
  socket.on('error', () => undefined)
  socket.write('a command', resolve)
  expect(asUnavailable(await promise)).toMatchObject({
    code: 'unavailable',
    cause: { code: 'EPIPE' },
  })
  server.close()
})

test('a fault of our own stays one', () => {
  const bug = new TypeError('x is not a function')
  expect(asUnavailable(bug)).toBe(bug)
})
