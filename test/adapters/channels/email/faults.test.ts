import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createEmailChannel, type EmailConfig } from '#adapters/channels/email/email.ts'
import type { Message } from '#core/message/message.ts'
import type { SendContext, SendResult } from '#ports/channel.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { contextOf } from '../../../contracts/channel.ts'
import { messageOn } from '../../../core/message/sample.ts'
import { type SmtpSink, startSmtpSink } from '../../../services/smtp-sink.ts'
import { type EmailHarness, openEmail, PASSWORD } from './harness.ts'

let harness: EmailHarness | undefined
const open = async (over: Partial<EmailConfig> = {}): Promise<EmailHarness> => {
  harness = await openEmail(over)
  return harness
}
const send = (
  { channel }: Pick<EmailHarness, 'channel'>,
  over: Partial<SendContext> = {},
  n = 0,
): Promise<SendResult> => {
  const message = messageOn('email', {
    deliveryId: `0Q1abcdXXXXXXXX-${n}` as Message['deliveryId'],
  })
  return channel.send(channel.render(message), contextOf(message, over))
}

afterEach(async () => {
  await harness?.channel.stop()
  await harness?.close()
  harness = undefined
})

describe('a server that refuses', () => {
  test.each([
    [{ at: 'connect', reply: '421 4.3.2 Too busy' }, { kind: 'transient' }],
    [{ at: 'mail', reply: '421 4.7.0 Closing' }, { kind: 'transient' }],
    [
      { at: 'rcpt', reply: '450 4.2.0 Greylisted' },
      { kind: 'transient', retryAfterMs: 300_000, detail: '450 4.2.0 Greylisted' },
    ],
    [{ at: 'rcpt', reply: '421 4.7.0 Closing' }, { kind: 'transient' }],
    [
      { at: 'rcpt', reply: '550 5.1.1 No such user' },
      { kind: 'permanent', reason: 'no_such_recipient', suppress: true },
    ],
    [
      { at: 'rcpt', reply: '550 No such user' },
      { kind: 'permanent', suppress: true },
    ],
    [
      { at: 'rcpt', reply: '550 5.7.1 Relaying denied' },
      { kind: 'permanent', reason: 'blocked', suppress: false },
    ],
    [{ at: 'end', reply: '451 4.3.0 Try again' }, { kind: 'transient' }],
    [{ at: 'end', reply: '421 4.3.2 Closing' }, { kind: 'transient' }],
    [
      { at: 'end', reply: '550 5.7.1 Spam' },
      { kind: 'permanent', suppress: false },
    ],
    [{ at: 'auth', reply: '454 4.7.0 Try again' }, { kind: 'transient' }],
    [{ at: 'connect', reply: '554 5.7.1 Go away' }, { kind: 'down' }],
  ] as const)('%j comes to %j, and the next mail goes through', async (fault, expected) => {
    const h = await open()
    h.server.fault({ ...fault, times: 1 })
    expect((await send(h, {}, 1)).outcome).toMatchObject(expected)
    expect(h.server.received).toHaveLength(0)
    expect((await send(h, {}, 2)).outcome).toEqual({ kind: 'accepted' })
    expect(h.server.received).toHaveLength(1)
  })
})

describe('a connection that is cut', () => {
  test.each(['mail', 'rcpt'] as const)('at %s leaves the mail unsent', async (at) => {
    const h = await open()
    h.server.fault({ at, cut: true, times: 1 })
    expect((await send(h)).outcome).toMatchObject({ kind: 'transient', reason: 'retrying' })
    expect(h.server.received).toHaveLength(0)
    expect((await send(h)).outcome).toEqual({ kind: 'accepted' })
  })

  test('within the message is never taken for sent', async () => {
    const h = await open()
    h.server.fault({ at: 'data', cut: true, times: 1 })
    // A short message may have left us whole by the time that the cut is seen.
    expect(['transient', 'unknown']).toContain((await send(h)).outcome.kind)
    expect(h.server.received).toHaveLength(0)
    expect((await send(h)).outcome).toEqual({ kind: 'accepted' })
  })

  test('after all of the message leaves it unknown, and nothing is sent again by itself', async () => {
    const h = await open()
    h.server.fault({ at: 'end', cut: true, times: 1 })
    const { outcome, providerIds } = await send(h)
    expect(outcome.kind).toBe('unknown')
    expect(providerIds).toEqual(['<0Q1abcdXXXXXXXX-0.aB3-dE6_gH9k@mail.example.net>'])
    expect(h.server.received).toHaveLength(1)
  })

  test('again and again before the greeting is given up soon', async () => {
    const h = await open()
    h.server.fault({ at: 'connect', cut: true })
    expect((await send(h)).outcome).toMatchObject({ kind: 'transient' })
  })

  test('while it was idle costs nothing: the mail goes out once, over a new one', async () => {
    const h = await open()
    await send(h, {}, 1)
    h.server.dropAll()
    expect((await send(h, {}, 2)).outcome).toEqual({ kind: 'accepted' })
    expect(h.server.received).toHaveLength(2)
    expect(h.server.connections().made).toBe(2)
  })
})

describe('a slow server', () => {
  test('is given up when the lease asks for it: not sent, before the message', async () => {
    const h = await open()
    h.server.fault({ at: 'rcpt', delayMs: 3_000 })
    const { outcome } = await send(h, { signal: AbortSignal.timeout(200) })
    expect(outcome).toMatchObject({ kind: 'transient' })
    expect(h.server.received).toHaveLength(0)
  })

  test('is given up when the lease asks for it: unknown, after the message', async () => {
    const h = await open()
    h.server.fault({ at: 'end', delayMs: 3_000 })
    const { outcome } = await send(h, { signal: AbortSignal.timeout(400) })
    expect(outcome).toMatchObject({ kind: 'unknown' })
  })

  test('is given up by a deadline of our own, whatever the signal', async () => {
    const h = await open({ sendTimeoutMs: 200 })
    h.server.fault({ at: 'mail', delayMs: 3_000 })
    const { outcome } = await send(h, { signal: new AbortController().signal })
    expect(outcome).toMatchObject({ kind: 'transient' })
  })

  test('is given up when it says nothing for too long', async () => {
    const h = await open({ timeouts: { silence: 200 } })
    h.server.fault({ at: 'end', delayMs: 3_000 })
    expect((await send(h)).outcome).toMatchObject({ kind: 'unknown', detail: 'ETIMEDOUT' })
  })

  test('holds up no other mail while there are connections', async () => {
    const h = await open()
    h.server.fault({ at: 'rcpt', hold: true, times: 1 })
    const slow = send(h, {}, 1)
    await expect.poll(() => h.server.held()).toBe(1)
    expect((await send(h, {}, 2)).outcome).toEqual({ kind: 'accepted' })
    expect(h.server.received).toHaveLength(1)
    h.server.fault(null)
    expect((await slow).outcome).toEqual({ kind: 'accepted' })
  })
})

describe('our own access', () => {
  test('with a refused password is down, and up once it is corrected, without a restart', async () => {
    const h = await open()
    h.setPassword('wrong')
    expect((await send(h)).outcome).toEqual({
      kind: 'down',
      detail: '535 5.7.8 Authentication credentials invalid',
    })
    h.setPassword(PASSWORD)
    expect((await send(h)).outcome).toEqual({ kind: 'accepted' })
  })

  test('follows a password that changes while connections are open', async () => {
    const h = await open()
    await send(h, {}, 1)
    h.server.setPassword('new one')
    h.setPassword('new one')
    expect((await send(h, {}, 2)).outcome).toEqual({ kind: 'accepted' })
    await expect.poll(() => h.server.connections()).toEqual({ made: 2, open: 1 })
  })

  test.each([
    [
      'a secret that cannot be read',
      () => {
        throw new Error('ENOENT /run/secrets/smtp')
      },
      'a mail secret could not be read',
    ],
    [
      'an address that is none',
      () => 'http://user:hunter2@host',
      'SMTP_URL is not an smtp:// or smtps:// address',
    ],
  ])('with %s is down, and says so without it', async (_what, smtpUrl, detail) => {
    const h = await open({ smtpUrl })
    expect((await send(h)).outcome).toEqual({ kind: 'down', detail })
    expect(await h.channel.probe(h.channel.connections[0]!.connection)).toEqual({
      up: false,
      detail,
    })
  })

  test('to a host that does not exist is down', async () => {
    const h = await open({ smtpUrl: () => 'smtp://no-such-host.invalid:25' })
    const { outcome } = await send(h)
    expect(['down', 'transient']).toContain(outcome.kind)
    expect(outcome).toMatchObject({ detail: expect.stringMatching(/^E[A-Z_]+$/) })
  })
})

describe('a server that is away', () => {
  let sink: SmtpSink | undefined
  afterEach(async () => sink?.close())

  test('refuses, comes back, and gets the mail', async () => {
    sink = await startSmtpSink()
    const { port } = sink
    const channel = createEmailChannel(
      {
        smtpUrl: () => `smtp://127.0.0.1:${port}`,
        from: { name: null, address: 'a@example.net' },
        dkim: null,
      },
      { logger: quiet },
    )
    expect((await send({ channel }, {}, 1)).outcome).toEqual({ kind: 'accepted' })
    expect(await sink.count()).toBe(1)
    await sink.close()
    expect((await send({ channel }, {}, 2)).outcome).toEqual({
      kind: 'transient',
      reason: 'retrying',
      detail: 'ECONNREFUSED',
    })
    sink = await startSmtpSink({ port })
    expect((await send({ channel }, {}, 2)).outcome).toEqual({ kind: 'accepted' })
    await channel.stop()
  })
})

describe('what is no SMTP server', () => {
  let listener: Server | undefined
  afterEach(() => new Promise((resolve) => listener?.close(resolve)))

  test('is given up: garbage, endless lines and silence', async () => {
    for (const greeting of ['garbage\r\n', 'x'.repeat(2_000_000), '']) {
      listener = createServer((socket) => {
        socket.on('error', () => {})
        socket.write(greeting)
        socket.unref()
      }).listen(0, '127.0.0.1')
      await new Promise((resolve) => listener?.once('listening', resolve))
      const { port } = listener.address() as { port: number }
      const h = await open({
        smtpUrl: () => `smtp://127.0.0.1:${port}`,
        timeouts: { greeting: 200 },
      })
      expect((await send(h)).outcome).toMatchObject({ kind: 'transient' })
      await h.channel.stop()
      await h.close()
      listener.close()
    }
  })
})

describe('stopping while a mail goes out', () => {
  test('lets it end, and closes the connection afterwards', async () => {
    const h = await open()
    h.server.fault({ at: 'end', delayMs: 300, times: 1 })
    const sending = send(h)
    await expect.poll(() => h.server.connections().made).toBe(1)
    await h.channel.stop()
    expect((await sending).outcome).toEqual({ kind: 'accepted' })
    await expect.poll(() => h.server.connections().open).toBe(0)
  })
})
