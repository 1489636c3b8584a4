import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { mongo } from 'mongoose'
import { describe, expect, test } from 'vitest'
import { attempt } from '#adapters/stores/mongo/deadline.ts'
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

function answered(code: number, label?: string): Error {
  const errorLabels = label ? [label] : []
  return new mongo.MongoServerError({ message: 'as the server says', code, errorLabels })
}

function bulk(...codes: readonly number[]): Error {
  return bulkAfter(1, ...codes)
}

/** A bulk write that stored so many documents besides. */
function bulkAfter(insertedCount: number, ...codes: readonly number[]): Error {
  const writeErrors = codes.map((code, index) => ({ code, index }))
  return new mongo.MongoBulkWriteError(
    { message: 'bulk', code: codes[0], writeErrors } as never,
    { insertedCount, matchedCount: 0, upsertedCount: 0, deletedCount: 0 } as never,
  )
}

function ofSystem(code: string): Error {
  return Object.assign(new Error(code), { code })
}

test.each([
  ['a network that broke', new mongo.MongoNetworkError('gone')],
  ['no server to be found', new mongo.MongoServerSelectionError('none', {} as never)],
  ['a closed client', new mongo.MongoClientClosedError()],
  ['no connection free', Object.assign(new Error(), { name: 'MongoWaitQueueTimeoutError' })],
  ['a name that is not found now', ofSystem('EAI_AGAIN')],
  ['no primary any more', answered(10_107)],
  ['a server that is stopped', answered(11_600)],
  ['members that do not confirm in time', answered(64)],
  ['a fault that the server says may be tried again', answered(9, 'RetryableWriteError')],
  ['a compatible server whose database is away', answered(1)],
  ['a deadlock in PostgreSQL (40P01)', answered(16_908_292)],
  ['PostgreSQL being stopped (57P01)', answered(16_908_741)],
  ['a bulk write of which some was there and some met a stop', bulk(11_000, 11_600)],
])('%s passes by itself', (_name, fault) => {
  expect(asUnavailable(fault)).toMatchObject({
    code: 'unavailable',
    retryAfterMs: 5_000,
    cause: fault,
  })
})

test.each([
  ['a document that is too large', answered(10_334)],
  ['a value that the server does not take', answered(2)],
  ['a bulk write with such a one', bulk(11_600, 2)],
  ['a broken rule of PostgreSQL (23514)', answered(67_391_682)],
  ['a call that the driver does not know', new mongo.MongoInvalidArgumentError('ours')],
  ['what cannot be stored', new mongo.BSON.BSONError('ours')],
  ['a file that is missing', ofSystem('ENOENT')],
  ['what is there already', bulk(11_000, 11_000)],
])('%s stays what it is', (_name, fault) => {
  expect(asUnavailable(fault)).toBe(fault)
})

test.each([13, 18])('a user that is refused (%i) is told of plainly', (code) => {
  const told = { code: 'internal', message: expect.stringContaining('MONGODB_URI') }
  expect(asUnavailable(answered(code))).toMatchObject(told)
})

describe('a call that the database undid for the sake of another', () => {
  const deadlock = (): Error => answered(16_908_292)

  test('is made again, and is away where that happens again and again', async () => {
    let calls = 0
    const losing =
      (times: number, fault = deadlock) =>
      async () => {
        calls += 1
        if (calls <= times) throw fault()
        return 'done'
      }
    expect(await attempt(losing(2))).toBe('done')
    calls = 0
    expect(await attempt(losing(1, () => bulkAfter(0, 16_908_292)))).toBe('done')
    calls = 0
    await expect(attempt(losing(9))).rejects.toMatchObject({ code: 'unavailable' })
    expect(calls).toBe(3)
  })

  test('is not made again where a part of it may stand, or it was not undone', async () => {
    for (const fault of [bulk(16_908_292), answered(11_600), new mongo.MongoNetworkError('gone')]) {
      let calls = 0
      const failing = async () => {
        calls += 1
        throw fault
      }
      await expect(attempt(failing)).rejects.toMatchObject({ code: 'unavailable' })
      expect(calls).toBe(1)
    }
  })
})
