import { createSocket, type Socket } from 'node:dgram'
import type { LookupOptions } from 'node:dns'
import { once } from 'node:events'
import type { LookupFunction } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPublicLookup } from '../../../adapters/unfurler/public-lookup.ts'

const A = 1
const RECORDS: Readonly<Record<string, readonly [type: number, data: readonly number[]][]>> = {
  'both.example.org': [
    [A, [192, 0, 2, 7]],
    [28, [0x20, 1, 0xd, 0xb8, ...new Array<number>(11).fill(0), 7]],
  ],
  'four.example.org': [[A, [192, 0, 2, 8]]],
}

let server: Socket
let lookup: LookupFunction

/** A name server that knows the records above, and that there is nothing else. */
beforeAll(async () => {
  server = createSocket('udp4')
  server.on('message', (query, from) => server.send(answer(query), from.port, from.address))
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  lookup = createPublicLookup({ servers: [`127.0.0.1:${server.address().port}`] })
})
afterAll(() => {
  server.close()
})

function answer(query: Buffer): Buffer {
  const labels = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString())
    at += length + 1
  }
  const type = query.readUInt16BE(at + 1)
  const known = RECORDS[labels.join('.').toLowerCase()]
  const found = (known ?? []).filter(([kind]) => kind === type)
  const header = Buffer.alloc(12)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(known ? 0x8180 : 0x8183, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(found.length, 6)
  const records = found.map(([kind, data]) =>
    Buffer.from([0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60, 0, data.length, ...data]),
  )
  return Buffer.concat([header, query.subarray(12, at + 5), ...records])
}

const resolved = (name: string, options: LookupOptions) =>
  new Promise((resolve) => {
    lookup(name, options, (error, address, family) =>
      resolve(error ? error.code : [address, family]),
    )
  })

test('gives every address of both families, or the first', async () => {
  expect(await resolved('both.example.org', { all: true })).toEqual([
    [
      { address: '192.0.2.7', family: 4 },
      { address: '2001:db8::7', family: 6 },
    ],
    undefined,
  ])
  expect(await resolved('four.example.org', {})).toEqual(['192.0.2.8', 4])
})

test('knows nothing of the hosts file, and says so of names that are not there', async () => {
  expect(await resolved('localhost', { all: true })).toBe('ENOTFOUND')
  expect(await resolved('nowhere.example.org', {})).toBe('ENOTFOUND')
})
