import { afterEach, describe, expect, test } from 'vitest'
import type { SmsSmppConfig } from '#adapters/channels/sms-smpp/sms-smpp.ts'
import type { SendResult } from '#ports/channel.ts'
import { startTcpProxy, type TcpProxy } from '#test/fixtures/tcp-proxy.ts'
import { skippedFor } from '../../../services/skipped-for.ts'
import { missingSmsc, SMSC_PASSWORD, type Smsc, startSmsc } from '../../../services/smsc.ts'
import { steadyPort } from '../../../services/steady-port.ts'
import {
  deliveryId,
  keepingSink,
  messagesOf,
  openSmpp,
  type SmppHarness,
  sendText,
} from './harness.ts'

let harness: SmppHarness | undefined
const open = async (over: Partial<SmsSmppConfig> = {}): Promise<SmppHarness> => {
  harness = await openSmpp(over)
  return harness
}
const sendMany = (h: SmppHarness, count: number, from = 0): Promise<SendResult[]> =>
  Promise.all(
    Array.from({ length: count }, (_, n) => sendText(h, { n: from + n, note: noteOf(from + n) })),
  )
const kinds = (results: readonly SendResult[]): readonly string[] =>
  results.map(({ outcome }) => outcome.kind)
const count = <T>(list: readonly T[], one: T): number => list.filter((it) => it === one).length
/** Five parts of GSM-7 at most; the note is what makes it long. */
const LONG = { note: 'It is a long way round the lake. '.repeat(9) }

afterEach(async () => {
  await harness?.channel.stop()
  await harness?.close()
  harness = undefined
})

describe.skipIf(skippedFor(missingSmsc()))('SMPP', () => {
  describe('a session that is cut', () => {
    test('in the middle of a window of 50 leaves each send as the SMSC saw it', async () => {
      const h = await open({ window: 50 })
      await h.channel.start(keepingSink())
      const answered = (n: number): boolean => n % 5 < 2
      await h.smsc.script(
        ...Array.from({ length: 50 }, (_, n) => (answered(n) ? {} : { hold: 1 as const })),
      )
      let ended = 0
      const sending = Array.from({ length: 50 }, (_, n) =>
        sendText(h, { n, note: noteOf(n) }).finally(() => ended++),
      )
      await expect.poll(() => h.smsc.submits.length, { timeout: 20_000 }).toBe(50)
      await expect.poll(() => ended, { timeout: 20_000 }).toBe(20)
      await h.smsc.cut()
      const results = await Promise.all(sending)
      expect(kinds(results)).toEqual(
        Array.from({ length: 50 }, (_, n) => (answered(n) ? 'accepted' : 'unknown')),
      )
      expectTheSame(h.smsc, results)
    })

    test('leaves what the window had no room for to the next session', async () => {
      const h = await open({ window: 50 })
      await h.channel.start(keepingSink())
      await h.smsc.script(...Array.from({ length: 50 }, () => ({ hold: 1 as const })))
      const sending = sendMany(h, 70)
      await expect.poll(() => h.smsc.submits.length, { timeout: 20_000 }).toBe(50)
      await h.smsc.cut()
      const results = await sending
      expect(kinds(results)).toEqual(
        Array.from({ length: 70 }, (_, n) => (n < 50 ? 'unknown' : 'accepted')),
      )
      expect(h.smsc.submits).toHaveLength(70)
      expect(h.smsc.binds).toHaveLength(2)
      expectTheSame(h.smsc, results)
    })

    test('by the SMSC again and again while many are sent loses and doubles nothing by itself', async () => {
      const h = await open({ window: 10 })
      const results: SendResult[] = []
      for (let round = 0; round < 5; round++) {
        await h.smsc.set({ cut_after: 17 })
        results.push(...(await sendMany(h, 40, round * 40)))
      }
      expect(count(kinds(results), 'unknown')).toBeGreaterThanOrEqual(5)
      // A cut leaves at most a window open.
      expect(count(kinds(results), 'unknown')).toBeLessThanOrEqual(5 * 10)
      expectTheSame(h.smsc, results)
    })

    test('while nothing is sent is bound again by itself', async () => {
      const h = await open()
      await h.channel.start(keepingSink())
      await expect.poll(() => h.smsc.binds.length).toBe(1)
      await h.smsc.cut()
      await expect.poll(() => h.smsc.binds.length, { timeout: 10_000 }).toBe(2)
      expect((await sendText(h)).outcome.kind).toBe('accepted')
      expect(h.smsc.binds).toHaveLength(2)
    })

    test('by unbind, which is answered, is bound again', async () => {
      const h = await open()
      await h.channel.start(keepingSink())
      await expect.poll(() => h.smsc.binds.length).toBe(1)
      await h.smsc.unbind()
      await expect.poll(() => h.smsc.binds.length, { timeout: 10_000 }).toBe(2)
      expect((await sendText(h)).outcome.kind).toBe('accepted')
      expect(h.smsc.open).toBe(1)
    })
  })

  describe('an SMSC that is away', () => {
    let second: Smsc | undefined
    afterEach(() => second?.close())

    test('refuses connections: nothing is sent, and all is once it is back', async () => {
      const port = await steadyPort()
      const h = await open({ url: () => `smpp://share:secret@127.0.0.1:${port}` })
      expect((await sendText(h)).outcome).toMatchObject({
        kind: 'transient',
        reason: 'retrying',
        detail: 'ECONNREFUSED',
      })
      expect(await h.channel.probe(h.channel.connections[0]!.connection)).toEqual({
        up: false,
        detail: 'ECONNREFUSED',
      })
      second = await startSmsc(port)
      await expect
        .poll(async () => (await sendText(h)).outcome.kind, { timeout: 20_000 })
        .toBe('accepted')
      expect(second.submits).toHaveLength(1)
    })

    test('is asked ever more seldom, and not once for each send', async () => {
      const port = await steadyPort()
      const h = await open({
        url: () => `smpp://share:secret@127.0.0.1:${port}`,
        backoff: { firstMs: 60_000, longestMs: 60_000 },
      })
      const results = await sendMany(h, 20)
      for (const { outcome } of results) expect(outcome.kind).toBe('transient')
      const { outcome } = await sendText(h)
      expect(outcome).toMatchObject({ kind: 'transient', retryAfterMs: expect.any(Number) })
      expect((outcome as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(30_000)
    })
  })

  describe('silence', () => {
    let proxy: TcpProxy | undefined
    afterEach(() => proxy?.close())

    test('to enquire_link ends the session, and another is bound', async () => {
      const h = await open({ timeouts: { quiet: 200, enquire: 300 } })
      await h.channel.start(keepingSink())
      await expect.poll(() => h.smsc.enquiries, { timeout: 10_000 }).toBeGreaterThan(1)
      expect(h.smsc.binds).toHaveLength(1)
      await h.smsc.set({ enquire: 0 })
      await expect.poll(() => h.smsc.binds.length, { timeout: 10_000 }).toBeGreaterThan(1)
      await h.smsc.set({ enquire: 1 })
      await expect
        .poll(async () => (await sendText(h)).outcome.kind, { timeout: 10_000 })
        .toBe('accepted')
    })

    test('of the network, with submits under way, leaves these unknown within the time-outs', async () => {
      const h = await open({
        url: () => `smpp://share:secret@127.0.0.1:${proxy?.port}`,
        timeouts: { quiet: 300, enquire: 300, response: 20_000 },
      })
      proxy = await startTcpProxy(h.smsc.port)
      await sendText(h, { n: 1 })
      proxy.silence()
      const begun = performance.now()
      expect((await sendText(h, { n: 2 })).outcome).toEqual({
        kind: 'unknown',
        detail: 'enquire_link was not answered',
      })
      expect(performance.now() - begun).toBeLessThan(15_000)
      expect((await sendText(h, { n: 3 })).outcome.kind).toBe('accepted')
    })

    test('to one submit leaves it unknown; its answer, when it comes, settles it', async () => {
      const h = await open({ timeouts: { response: 200 } })
      const sink = keepingSink()
      await h.channel.start(sink)
      await h.smsc.script({ hold: 1 })
      const { outcome, providerIds } = await sendText(h)
      expect(outcome).toEqual({ kind: 'unknown', detail: 'no answer in time' })
      expect(providerIds).toEqual([deliveryId(0)])
      await h.smsc.release()
      await expect
        .poll(() => sink.receipts)
        .toEqual([
          {
            connection: h.channel.connections[0],
            providerId: deliveryId(0),
            verdict: { state: 'accepted', reason: null, detail: null },
          },
        ])
      expect(h.smsc.binds).toHaveLength(1)
    })

    test('to the bind is given up', async () => {
      const h = await open({
        timeouts: { bind: 200 },
        url: () => `smpp://a:b@127.0.0.1:${proxy?.port}`,
      })
      proxy = await startTcpProxy(h.smsc.port)
      proxy.delay(60_000)
      expect((await sendText(h)).outcome).toMatchObject({
        kind: 'transient',
        detail: 'no answer in time',
      })
    })
  })

  describe('a malformed PDU', () => {
    test.each([
      ['a length of 0', '00000000800000040000000000000001'],
      ['a length below a header', '0000000c8000000400000000'],
      ['a length beyond all', '7fffffff800000040000000000000001'],
      ['a field that ends too soon', `00000015${'00000005'}${'00000000'}${'00000063'}0000000041`],
    ])(
      'with %s ends the session, leaves what was open unknown, and another is bound',
      async (_what, hex) => {
        const h = await open()
        await h.smsc.script({ hold: 1 })
        const sending = sendText(h, { n: 1 })
        await expect.poll(() => h.smsc.submits.length).toBe(1)
        await h.smsc.raw(hex)
        expect((await sending).outcome.kind).toBe('unknown')
        expect((await sendText(h, { n: 2 })).outcome.kind).toBe('accepted')
        expect(h.smsc.binds).toHaveLength(2)
      },
    )

    test('that is a message is refused for good, so that it does not come again for ever', async () => {
      const h = await open()
      await sendText(h)
      await h.smsc.raw(`00000015${'00000005'}${'00000000'}${'00000063'}0000000041`)
      await expect.poll(() => h.smsc.deliverAnswers).toEqual([0x65])
    })

    test('a command that nobody knows is refused alone', async () => {
      const h = await open()
      await sendText(h, { n: 1 })
      await h.smsc.raw('0000001000007777000000000000000500000010800077770000000000000006')
      await expect.poll(() => h.smsc.nacks).toEqual([0x03])
      await sendText(h, { n: 2 })
      expect(h.smsc.binds).toHaveLength(1)
    })
  })

  describe('answers to a submit', () => {
    test.each([
      [0x58, { kind: 'throttled', bucket: 'sms/smpp/10690', retryAfterMs: 2_000 }],
      [0x14, { kind: 'throttled', bucket: 'sms/smpp/10690', retryAfterMs: 10_000 }],
      [0x08, { kind: 'transient', detail: 'ESME_RSYSERR (0x08)' }],
      [0x45, { kind: 'transient', detail: 'ESME_RSUBMITFAIL (0x45)' }],
      [0x0b, { kind: 'permanent', reason: 'no_such_recipient', suppress: false }],
      [0x0a, { kind: 'permanent', reason: 'our_fault' }],
      [0x33, { kind: 'permanent', reason: 'refused' }],
      [0x0e, { kind: 'down', detail: 'ESME_RINVPASWD (0x0E)' }],
      [0x0457, { kind: 'transient', detail: 'status (0x457)' }],
    ])('status %i comes to %j, and the next goes through', async (status, expected) => {
      const h = await open()
      await h.smsc.script({ status })
      expect((await sendText(h, { n: 1 })).outcome).toMatchObject(expected)
      expect((await sendText(h, { n: 2 })).outcome.kind).toBe('accepted')
    })

    test('generic_nack is one: with a status as that, without one unknown', async () => {
      const h = await open()
      await h.smsc.script({ nack: 0x58 })
      expect((await sendText(h)).outcome.kind).toBe('throttled')
    })

    test('never is more under way than the window has room for', async () => {
      const h = await open({ window: 3 })
      await h.smsc.set({ otherwise: { hold: 1 } })
      const sending = sendMany(h, 9)
      for (let seen = 3; seen <= 9; seen += 3) {
        await expect.poll(() => h.smsc.submits.length).toBe(seen)
        await h.smsc.caughtUp()
        expect(h.smsc.submits).toHaveLength(seen)
        await h.smsc.release()
      }
      expect(count(kinds(await sending), 'accepted')).toBe(9)
    })
  })

  describe('a message of several parts', () => {
    test('of which one is throttled is finished in the same send, and no part goes twice', async () => {
      const h = await open()
      await h.smsc.script({}, { status: 0x58 }, { status: 0x14 }, {})
      const { outcome, providerIds } = await sendText(h, LONG)
      expect(outcome).toEqual({ kind: 'accepted' })
      const [message, ...more] = messagesOf(h.smsc.submits)
      expect(more).toEqual([])
      expect(message?.segments).toBe(3)
      expect(h.smsc.submits.map(({ header }) => header.slice(-2))).toEqual([
        '01',
        '02',
        '02',
        '02',
        '03',
      ])
      const taken = h.smsc.submits.filter(({ answer }) => answer.status === undefined)
      expect(providerIds).toEqual([deliveryId(0), ...taken.map(({ id }) => id)])
      expect(providerIds).toHaveLength(4)
    })

    test('goes on over another session where the first is lost between parts', async () => {
      const h = await open()
      await h.smsc.script({}, { status: 0x08 }, {})
      const sending = sendText(h, LONG)
      await expect.poll(() => h.smsc.submits.length).toBe(2)
      await h.smsc.cut()
      expect((await sending).outcome).toEqual({ kind: 'accepted' })
      expect(h.smsc.binds).toHaveLength(2)
    })

    test('of which one is throttled for too long is unknown, and says how much went out', async () => {
      const h = await open({ sendTimeoutMs: 1_500 })
      await h.smsc.script({})
      await h.smsc.set({ otherwise: { status: 0x58 } })
      expect((await sendText(h, LONG)).outcome).toEqual({
        kind: 'unknown',
        detail: '1 of 3 parts went out: throttled',
      })
    })

    test('that is refused at the first part has sent nothing', async () => {
      const h = await open()
      await h.smsc.script({ status: 0x58 })
      expect((await sendText(h, LONG)).outcome.kind).toBe('throttled')
      expect(h.smsc.submits).toHaveLength(1)
    })

    test('that is refused for good at the second is failed, and says how much went out', async () => {
      const h = await open()
      await h.smsc.script({}, { status: 0x65 })
      expect((await sendText(h, LONG)).outcome).toEqual({
        kind: 'permanent',
        reason: 'refused',
        detail: '1 of 3 parts went out: ESME_RX_P_APPN (0x65)',
        suppress: false,
      })
    })

    test('that is cut off at the second is unknown', async () => {
      const h = await open()
      await h.smsc.script({}, { cut: 1 })
      expect((await sendText(h, LONG)).outcome).toMatchObject({
        kind: 'unknown',
        detail: expect.stringMatching(/^1 of 3 parts went out/),
      })
      expect(h.smsc.submits).toHaveLength(2)
    })
  })

  describe('our own access', () => {
    test.each([
      [
        'a secret that cannot be read',
        () => {
          throw new Error('ENOENT /run/secrets/smpp')
        },
        'SMPP_URL could not be read',
      ],
      [
        'an address that is none',
        () => 'http://user:hunter2@host',
        'SMPP_URL is not an smpp:// or smpps:// address',
      ],
    ])('with %s is down, and says so without it', async (_what, url, detail) => {
      const h = await open({ url })
      expect((await sendText(h)).outcome).toEqual({ kind: 'down', detail })
      expect(await h.channel.probe(h.channel.connections[0]!.connection)).toEqual({
        up: false,
        detail,
      })
    })

    test.each([
      [0x0d, 'down'],
      [0x0e, 'down'],
      [0x0f, 'down'],
      [0x53, 'down'],
      [0x05, 'transient'],
      [0x08, 'transient'],
      [0x58, 'transient'],
    ])('refused with status %i at the bind is %s', async (bind_status, kind) => {
      const h = await open()
      await h.smsc.set({ bind_status })
      expect((await sendText(h)).outcome.kind).toBe(kind)
      expect(h.smsc.submits).toEqual([])
    })

    test('follows a password that changes while a session stands', async () => {
      const h = await open()
      await sendText(h, { n: 1 })
      await h.smsc.set({ password: 'new p@ss/word' })
      h.setPassword('new p@ss/word')
      expect((await sendText(h, { n: 2 })).outcome).toEqual({ kind: 'accepted' })
      await expect.poll(() => h.smsc.open).toBe(1)
      expect(h.smsc.unbinds).toBe(1)
    })

    test('is probed without a bind where a session stands, and leaves none where none is kept', async () => {
      const h = await open()
      const probe = () => h.channel.probe(h.channel.connections[0]!.connection)
      expect(await probe()).toEqual({ up: true })
      await expect.poll(() => h.smsc.open).toBe(0)
      await h.channel.start(keepingSink())
      await expect.poll(() => h.smsc.binds.length).toBe(2)
      h.setPassword(SMSC_PASSWORD)
      expect(await probe()).toEqual({ up: true })
      expect(h.smsc.binds).toHaveLength(2)
      expect(h.smsc.enquiries).toBe(1)
    })
  })

  describe('stopping', () => {
    test('lets what is under way end, takes leave, and begins anew when it is started again', async () => {
      const h = await open()
      await h.channel.start(keepingSink())
      await h.smsc.script({ hold: 1 })
      const sending = sendText(h, { n: 1 })
      await expect.poll(() => h.smsc.submits.length).toBe(1)
      const stopped = h.channel.stop()
      expect((await sendText(h, { n: 2 })).outcome).toMatchObject({ kind: 'transient' })
      await h.smsc.release()
      await stopped
      expect((await sending).outcome.kind).toBe('accepted')
      expect(h.smsc.unbinds).toBe(1)
      await expect.poll(() => h.smsc.open).toBe(0)
      await h.channel.start(keepingSink())
      expect((await sendText(h, { n: 3 })).outcome.kind).toBe('accepted')
    })
  })
})

function noteOf(n: number): string {
  return `note ${n} of many`
}

/** Accepted is what the SMSC took, under its id; what is said not to have been sent never reached it. */
function expectTheSame({ submits }: Smsc, results: readonly SendResult[]): void {
  for (const [n, { outcome, providerIds }] of results.entries()) {
    const seen = submits.filter(({ text }) => text.includes(noteOf(n)))
    const ids = outcome.kind === 'accepted' ? seen.map(({ id }) => id) : []
    expect(providerIds).toEqual([deliveryId(n), ...ids])
    expect(providerIds).toHaveLength(outcome.kind === 'accepted' ? 2 : 1)
    expect(['accepted', 'unknown', 'transient']).toContain(outcome.kind)
    if (outcome.kind === 'transient') expect(seen).toEqual([])
    if (outcome.kind === 'unknown') expect(seen.length).toBeLessThanOrEqual(1)
  }
}
