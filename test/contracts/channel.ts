import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import type { Message, Rendered } from '#core/message/message.ts'
import type { Channel, ChannelSink, Receipt, SendContext, SendResult } from '#ports/channel.ts'
import { anyMessage } from '../core/message/hostile.ts'
import { messageOn } from '../core/message/sample.ts'

/** A channel with its real counterpart: what the provider got, as the message that it was rendered from. */
export interface ChannelHarness {
  readonly channel: Channel
  /** What arrived at the other side, oldest first, read back into the form that `render` gives. */
  arrived(): Promise<readonly Rendered[]>
  /** Connections that the channel holds open at its counterpart. */
  openConnections(): Promise<number>
  close(): Promise<void>
}

/** Brings the counterpart to it; or why there is no way to, in words that go into the report. */
export type Provocation<H> = ((harness: H) => Promise<void> | void) | { readonly never: string }

export interface ChannelCase<H extends ChannelHarness> {
  readonly name: Channel['name']
  open(): Promise<H>
  /** How the next send comes to each outcome. */
  readonly outcomes: Readonly<Record<Outcome['kind'], Provocation<H>>>
  /** The counterpart says nothing any more. */
  readonly silence: Provocation<H>
  /** Refuses us, and lets us in again. */
  readonly refusal: Provocation<H>
  readonly welcome: Provocation<H>
  /** Has the provider send the receipt of a message, before its send is answered and twice. */
  readonly receipts: Provocation<H>
}

const KINDS: readonly Outcome['kind'][] = [
  'accepted',
  'delivered',
  'throttled',
  'transient',
  'permanent',
  'needs-recipient',
  'down',
  'unknown',
]

/** What every channel keeps, whatever is behind it. */
export function channelContract<H extends ChannelHarness>(channelCase: ChannelCase<H>): void {
  let harness: H | undefined
  const start = async (): Promise<H> => {
    harness = await channelCase.open()
    return harness
  }
  const message = (over: Partial<Message> = {}): Message => messageOn(channelCase.name, over)
  const send = (h: H, it: Message, over: Partial<SendContext> = {}): Promise<SendResult> =>
    h.channel.send(
      h.channel.render(it),
      contextOf(it, { connection: connectionOf(h.channel), ...over }),
    )
  /** A test that needs something of the counterpart; skipped, with the reason in its name, where it cannot. */
  const provoked = (
    name: string,
    provocation: Provocation<H>,
    run: (h: H, provoke: () => Promise<void>) => Promise<void>,
  ): void => {
    if ('never' in provocation) test.skip(`${name} (${provocation.never})`, () => {})
    else test(name, async () => start().then((h) => run(h, async () => provocation(h))))
  }

  afterEach(async () => {
    await harness?.channel.stop()
    await harness?.close()
    harness = undefined
  })

  describe('outcomes', () => {
    for (const kind of KINDS) {
      provoked(`a send may come to ${kind}`, channelCase.outcomes[kind], async (h, provoke) => {
        await provoke()
        const { outcome } = await send(h, message())
        expect(outcome.kind).toBe(kind)
      })
    }

    test('a message that was taken has an id of the provider to be named by', async () => {
      const h = await start()
      const { providerIds } = await send(h, message())
      expect(providerIds.length).toBeGreaterThan(0)
      expect(new Set(providerIds).size).toBe(providerIds.length)
    })
  })

  describe('the same key twice', () => {
    test('is one message where the channel is idempotent, else two that name the same delivery', async () => {
      const h = await start()
      const first = await send(h, message(), { attempt: 1 })
      const second = await send(h, message(), { attempt: 2 })
      expect(second.outcome.kind).toBe('accepted')
      expect(second.providerIds[0]).toBe(first.providerIds[0])
      const arrived = await h.arrived()
      expect(arrived).toHaveLength(h.channel.caps.idempotent ? 1 : 2)
      expect(arrived.at(-1)).toEqual(arrived[0])
    })
  })

  describe('giving up', () => {
    test('before it began, nothing goes out and nothing is said to have', async () => {
      const h = await start()
      const { outcome } = await send(h, message(), { signal: AbortSignal.abort() })
      expect(outcome.kind).toBe('transient')
      expect(await h.arrived()).toEqual([])
    })

    provoked(
      'while the provider is silent, the send ends at once and claims nothing',
      channelCase.silence,
      async (h, provoke) => {
        await provoke()
        const begun = performance.now()
        const { outcome } = await send(h, message(), { signal: AbortSignal.timeout(300) })
        expect(performance.now() - begun).toBeLessThan(5_000)
        expect(['transient', 'unknown']).toContain(outcome.kind)
      },
    )
  })

  describe('what goes out', () => {
    test('is what render made, to the last character', async () => {
      const h = await start()
      const rendered = h.channel.render(message())
      await h.channel.send(rendered, contextOf(message()))
      expect((await h.arrived()).map(carried)).toEqual([carried(rendered)])
    })

    test('is that for text in any script and for hostile text too', async () => {
      const h = await start()
      const messages = fc.sample(anyMessage(channelCase.name), { numRuns: 12, seed: 7 })
      const all = messages.map((it, n) => ({ ...it, deliveryId: numbered(n) }))
      for (const one of all) expect((await send(h, one)).outcome).toEqual({ kind: 'accepted' })
      const arrived = (await h.arrived()).map(carried)
      expect(arrived).toEqual(all.map((one) => carried(h.channel.render(one))))
    })

    test('is rendered without sending, and the same each time', async () => {
      const h = await start()
      expect(h.channel.render(message())).toEqual(h.channel.render(message()))
      expect(await h.arrived()).toEqual([])
    })
  })

  describe('what it says of itself', () => {
    test('has one name, connections of that name and room for a send', async () => {
      const { channel } = await start()
      expect(channel.name).toBe(channelCase.name)
      expect([channel.name, 'outbox']).toContain(channel.via)
      expect(channel.connections.length).toBeGreaterThan(0)
      for (const ref of channel.connections) expect(ref.channel).toBe(channel.name)
      expect(channel.caps.concurrency).toBeGreaterThanOrEqual(1)
    })

    test('a send costs one unit or more, and its buckets are told apart', async () => {
      const { channel } = await start()
      const { cost } = channel.estimate(channel.render(message()))
      expect(cost).toBeGreaterThanOrEqual(1)
      const { address } = message()
      const [route] = channel.routes(address)
      expect(channel.connections.map((ref) => ref.connection)).toContain(route)
      const buckets = channel.buckets(address, cost, route!)
      expect(new Set(buckets.map((bucket) => bucket.key)).size).toBe(buckets.length)
      for (const bucket of buckets) {
        expect(bucket.cost).toBeGreaterThan(0)
        expect(bucket.limit / bucket.perMs).toBeGreaterThan(0)
      }
    })

    test('takes a message away where it says that it can, and only there', async () => {
      const h = await start()
      const { providerIds } = await send(h, message())
      const { address } = message()
      const at = { address, connection: connectionOf(h.channel) }
      const { recall } = h.channel.caps
      expect(await h.channel.recall(providerIds, at)).toBe(recall ? 'removed' : 'not-removed')
      expect(await h.arrived()).toHaveLength(recall ? 0 : 1)
      expect(await h.channel.recall(providerIds, at)).toBe('not-removed')
    })

    test('knows an address that is one', async () => {
      const { channel } = await start()
      const { address } = message()
      expect(await channel.resolve(address)).toEqual({ kind: 'address', address })
    })
  })

  describe('probing', () => {
    test('finds a connection up, without sending anything', async () => {
      const h = await start()
      expect(await h.channel.probe(connectionOf(h.channel))).toEqual({ up: true })
      expect(await h.arrived()).toEqual([])
    })

    provoked('finds one down, and up again', channelCase.refusal, async (h, provoke) => {
      const probe = () => h.channel.probe(connectionOf(h.channel))
      await provoke()
      expect(await probe()).toMatchObject({ up: false, detail: expect.stringMatching(/./) })
      if ('never' in channelCase.welcome) throw new Error('a refusal without a welcome')
      await channelCase.welcome(h)
      expect(await probe()).toEqual({ up: true })
      expect((await send(h, message())).outcome.kind).toBe('accepted')
    })
  })

  describe('receipts', () => {
    provoked(
      'early and repeated ones all reach the sink',
      channelCase.receipts,
      async (h, provoke) => {
        const seen: Receipt[] = []
        await h.channel.start(sinkInto(seen))
        await provoke()
        const { providerIds } = await send(h, message())
        await expect.poll(() => seen.length).toBeGreaterThanOrEqual(2)
        for (const receipt of seen) expect(providerIds).toContain(receipt.providerId)
      },
    )
  })

  describe('stopping', () => {
    test('closes what is open, and sends nothing afterwards', async () => {
      const h = await start()
      await h.channel.start(sinkInto([]))
      await send(h, message())
      await h.channel.stop()
      await expect.poll(() => h.openConnections(), { timeout: 30_000 }).toBe(0)
      const late = message({ deliveryId: numbered(1) })
      expect((await send(h, late)).outcome.kind).toBe('transient')
      expect(await h.arrived()).toHaveLength(1)
    })

    test('and starting again, as where a lease is lost and won back, it sends as before', async () => {
      const h = await start()
      await h.channel.start(sinkInto([]))
      await send(h, message())
      await h.channel.stop()
      await h.channel.start(sinkInto([]))
      const { outcome } = await send(h, message({ deliveryId: numbered(1) }))
      expect(outcome).toEqual({ kind: 'accepted' })
      expect(await h.channel.probe(connectionOf(h.channel))).toEqual({ up: true })
      expect(await h.arrived()).toHaveLength(2)
      await h.channel.stop()
      await expect.poll(() => h.openConnections(), { timeout: 30_000 }).toBe(0)
    })

    test('may be asked for twice, and before a start', async () => {
      const { channel } = await start()
      await channel.stop()
      await channel.stop()
    })
  })
}

/** Without what only its sender is told of it. */
function carried(rendered: Rendered): Rendered {
  if (rendered.channel !== 'sms') return rendered
  const { saved: _saved, shortened: _shortened, ...goesOut } = rendered
  return goesOut
}

/** Ids whose order as text is that of the numbers. */
function numbered(n: number): Message['deliveryId'] {
  return `0Q1abcdYYYYYYYY-${100 + n}` as Message['deliveryId']
}

function connectionOf(channel: Channel): SendContext['connection'] {
  return channel.connections[0]!.connection
}

/** A send of the message as the engine asks for it. */
export function contextOf(message: Message, over: Partial<SendContext> = {}): SendContext {
  return {
    deliveryId: message.deliveryId,
    address: message.address,
    connection: DEFAULT_CONNECTION,
    attempt: 1,
    idempotencyKey: message.deliveryId,
    reach: null,
    link: message.link,
    signal: AbortSignal.timeout(10_000),
    ...over,
  }
}

function sinkInto(receipts: Receipt[]): ChannelSink {
  return {
    async receipt(receipt) {
      receipts.push(receipt)
    },
    async reply() {},
    async stop() {},
    async reach() {},
  }
}
