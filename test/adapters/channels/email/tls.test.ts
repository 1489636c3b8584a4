import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import type { EmailConfig } from '#adapters/channels/email/email.ts'
import { readSmtpUrl } from '#adapters/channels/email/settings.ts'
import { poolOptions } from '#adapters/channels/email/transport.ts'
import { contextOf } from '../../../contracts/channel.ts'
import { messageOn } from '../../../core/message/sample.ts'
import { type EmailHarness, openEmail, PASSWORD, USER } from './harness.ts'

const file = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/tls/${name}`, import.meta.url), 'utf8')
const key = file('localhost.key')
const cert = file('localhost.crt')
const auth = { user: USER, pass: PASSWORD }

let harness: EmailHarness
const sendOver = async (tls: EmailConfig['tls'], fromStart: boolean) => {
  harness = await openEmail(tls ? { tls } : {}, { auth, tls: { key, cert, fromStart } })
  const message = messageOn('email')
  const { outcome } = await harness.channel.send(
    harness.channel.render(message),
    contextOf(message),
  )
  return outcome
}
afterEach(async () => {
  await harness?.channel.stop()
  await harness?.close()
})

describe.each([
  ['TLS from the start', true],
  ['STARTTLS', false],
])('over %s', (_what, fromStart) => {
  test('a certificate that holds lets mail through', async () => {
    expect(await sendOver({ ca: cert, rejectUnauthorized: true }, fromStart)).toEqual({
      kind: 'accepted',
    })
  })

  test('one that does not is a fault of the connection, and neither login nor mail goes out', async () => {
    expect(await sendOver({ rejectUnauthorized: true }, fromStart)).toEqual({
      kind: 'down',
      detail: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
    expect(harness.server.received).toEqual([])
  })

  test('on this very machine any certificate will do', async () => {
    expect(await sendOver(undefined, fromStart)).toEqual({ kind: 'accepted' })
  })
})

test('TLS spoken to a server without it is a fault of the connection', async () => {
  harness = await openEmail({ smtpUrl: () => `smtps://127.0.0.1:${harness.server.port}` })
  const message = messageOn('email')
  const { outcome } = await harness.channel.send(
    harness.channel.render(message),
    contextOf(message),
  )
  expect(outcome.kind).toBe('down')
})

describe('a password', () => {
  const config = {
    smtpUrl: () => '',
    dkim: null,
    returnPath: null,
    connections: 1,
    timeouts: { dns: 1, connect: 1, greeting: 1, silence: 1 },
  }
  const optionsFor = (url: string) => poolOptions(readSmtpUrl(url), config)

  test('leaves this machine over TLS alone', () => {
    expect(optionsFor('smtp://u:p@mail.example.net')).toMatchObject({
      port: 587,
      requireTLS: true,
      tls: { rejectUnauthorized: true },
    })
    expect(optionsFor('smtps://u:p@mail.example.net')).toMatchObject({ port: 465, secure: true })
    expect(optionsFor('smtp://mail.example.net:25')).toMatchObject({
      port: 25,
      requireTLS: false,
      tls: { rejectUnauthorized: true },
    })
  })

  test('is read as it was written, with signs escaped or not', () => {
    expect(readSmtpUrl('smtp://ann%40example.org:p%40ss%2Fw%25@h').auth).toEqual({
      user: 'ann@example.org',
      pass: 'p@ss/w%',
    })
    expect(readSmtpUrl('smtp://u:100%@h').auth?.pass).toBe('100%')
    expect(readSmtpUrl('smtp://[::1]:2525')).toMatchObject({ host: '::1', port: 2525, local: true })
  })
})
