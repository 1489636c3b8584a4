import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SmsSmppConfig } from '#adapters/channels/sms-smpp/sms-smpp.ts'
import { skippedFor } from '../../../services/skipped-for.ts'
import { missingSmsc } from '../../../services/smsc.ts'
import { openSmpp, type SmppHarness, sendText } from './harness.ts'

const TLS = join(import.meta.dirname, '../../../fixtures/tls')
const cert = readFileSync(join(TLS, 'localhost.crt'), 'utf8')
const key = readFileSync(join(TLS, 'localhost.key'), 'utf8')

let server: Server
let harness: SmppHarness | undefined
/** The channel, with TLS that ends in front of the SMSC. */
const open = async (over: Partial<SmsSmppConfig> = {}): Promise<SmppHarness> => {
  const { port } = server.address() as AddressInfo
  harness = await openSmpp({ url: () => `smpps://share:secret@localhost:${port}`, ...over })
  return harness
}

beforeEach(async () => {
  server = createServer({ cert, key }, (client) => {
    const smsc = connect(harness?.smsc.port ?? 0, '127.0.0.1')
    for (const socket of [client, smsc]) {
      socket.on('error', () => {})
      socket.on('close', () => {
        client.destroy()
        smsc.destroy()
      })
    }
    client.pipe(smsc).pipe(client)
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(async () => {
  await harness?.channel.stop()
  await harness?.close()
  harness = undefined
  server.close()
})

describe.skipIf(skippedFor(missingSmsc()))('smpps://', () => {
  test('sends over TLS to a server whose certificate holds', async () => {
    const h = await open({ tls: { ca: cert, rejectUnauthorized: true } })
    expect((await sendText(h)).outcome).toEqual({ kind: 'accepted' })
    expect(h.smsc.submits).toHaveLength(1)
  })

  test('trusts any certificate on this very machine, where nobody listens between', async () => {
    expect((await sendText(await open())).outcome).toEqual({ kind: 'accepted' })
  })

  test('is down where the certificate does not hold, before the password goes out', async () => {
    const h = await open({ tls: { rejectUnauthorized: true } })
    expect((await sendText(h)).outcome).toMatchObject({
      kind: 'down',
      detail: expect.stringMatching(/CERT|SIGNATURE/),
    })
    expect(h.smsc.binds).toEqual([])
  })

  test('to a port that speaks no TLS is down', async () => {
    const h = await open({ url: () => `smpps://share:secret@localhost:${harness?.smsc.port}` })
    harness = h
    const { outcome } = await sendText(h)
    expect(['down', 'transient']).toContain(outcome.kind)
    expect(h.smsc.binds).toEqual([])
  })
})
