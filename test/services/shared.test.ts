import { Redis } from 'ioredis'
import mongoose from 'mongoose'
import { describe, expect, it } from 'vitest'
import { addressOf } from './database.ts'
import { missingRedis } from './redis.ts'
import { freshDatabase, freshRedis, missingDatabase } from './shared.ts'
import { skippedFor } from './skipped-for.ts'

describe.skipIf(skippedFor(await missingDatabase()))('the shared database server', () => {
  it('gives each asker an empty database of its own', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()])
    expect(new URL(one).host).toBe(new URL(other).host)
    const connections = await Promise.all(
      [one, other].map((uri) => mongoose.createConnection(uri).asPromise()),
    )
    await connections[0]!.collection('letters').insertOne({ to: 'ann' })
    const counts = connections.map((connection) =>
      connection.collection('letters').countDocuments(),
    )
    expect(await Promise.all(counts)).toEqual([1, 0])
    await Promise.all(connections.map((connection) => connection.close()))
  })
})

describe.skipIf(skippedFor(missingRedis()))('the shared Redis', () => {
  it('gives each asker an empty database of its own', async () => {
    const clients = (await Promise.all([freshRedis(), freshRedis()])).map((url) => new Redis(url))
    await clients[0]!.set('letter', 'ann')
    expect(await Promise.all(clients.map((client) => client.dbsize()))).toEqual([1, 0])
    for (const client of clients) client.disconnect()
  })
})

describe('the address of a database', () => {
  it.each([
    ['mongodb://127.0.0.1:1/', 'mongodb://127.0.0.1:1/mine'],
    ['mongodb://127.0.0.1:1', 'mongodb://127.0.0.1:1/mine'],
    [
      'mongodb://ann:pw@one:1,two:2/theirs?replicaSet=x',
      'mongodb://ann:pw@one:1,two:2/mine?replicaSet=x',
    ],
    ['mongodb+srv://one/?w=1', 'mongodb+srv://one/mine?w=1'],
  ])('%s becomes %s', (server, address) => {
    expect(addressOf(server, 'mine')).toBe(address)
  })
})
