import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { INBOUND_QUERY } from '#adapters/channels/sms-kannel/inbound.ts'
import { createSmsKannelChannel } from '#adapters/channels/sms-kannel/sms-kannel.ts'
import type { Message } from '#core/message/message.ts'
import { recordingSink, startHookServer } from '#test/fixtures/hook-server.ts'
import { sharedKannelWorld } from '#test/fixtures/kannel-world.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { contextOf } from '../../../contracts/channel.ts'
import { CHINESE, messageOn } from '../../../core/message/sample.ts'
import { missingKannel, startKannel } from '../../../services/kannel.ts'
import { skippedFor } from '../../../services/skipped-for.ts'
import { CALLBACK_SECRET, configFor, openSmsKannel, type SmsKannelHarness } from './harness.ts'

const PHONE = '+8613800138000'
const PATIENCE = { timeout: 20_000 }
const missing = missingKannel()
const skipped = skippedFor(missing)

describe.skipIf(skipped)('reports', () => {
  const world = sharedKannelWorld()
  let h: SmsKannelHarness
  let messages = 0
  beforeEach(async () => {
    h = openSmsKannel(await world())
  })
  afterEach(async () => {
    await h.channel.stop()
    await h.close()
  })

  /** A message of its own, so that a late report of another is told apart. */
  const send = async (over: Partial<Message> = {}): Promise<string> => {
    messages += 1
    const deliveryId = `0Q1abcdXXXXXXXX-${messages}` as Message['deliveryId']
    const message = messageOn('sms', { ...over, deliveryId })
    const result = await h.channel.send(h.channel.render(message), contextOf(message))
    expect(result).toEqual({ outcome: { kind: 'accepted' }, providerIds: [deliveryId] })
    return deliveryId
  }
  const verdicts = (id: string) =>
    h.sink.receipts.filter(({ providerId }) => providerId === id).map(({ verdict }) => verdict)
  const states = (id: string): string[] => verdicts(id).map(({ state }) => state)

  test.each([
    ['DELIVRD', 'delivered', null],
    ['UNDELIV', 'failed', 'not_reachable'],
    ['EXPIRED', 'failed', 'not_reachable'],
    ['REJECTD', 'failed', 'refused'],
    ['DELETED', 'failed', 'refused'],
  ])('%s from the network becomes %s', async (stat, state, reason) => {
    h.world.network.behave({ stat })
    const id = await send()
    await expect
      .poll(() => verdicts(id), PATIENCE)
      .toContainEqual({
        state,
        reason,
        detail: state === 'failed' ? expect.stringContaining(`stat:${stat}`) : null,
      })
  })

  test.each([
    [0x0b, 'no_such_recipient'],
    [0x0a, 'refused'],
    [0x45, 'refused'],
  ])('a submit that the network refuses with %i fails as %s', async (status, reason) => {
    h.world.network.behave({ status, times: 1 })
    const id = await send()
    await expect
      .poll(() => verdicts(id), PATIENCE)
      .toContainEqual({ state: 'failed', reason, detail: expect.stringMatching(/^NACK/) })
  })

  test.each([0x58, 0x14, 0x08])(
    'what the network throttles (%i) is kept by Kannel, and reported once it was taken',
    async (status) => {
      h.world.network.behave({ status, times: 1 })
      const id = await send()
      await expect.poll(() => states(id).toSorted(), PATIENCE).toEqual(['accepted', 'delivered'])
      expect(await h.arrived()).toHaveLength(1)
    },
  )

  test('of a text in several segments come for it as a whole, once', async () => {
    const id = await send({ ...CHINESE, note: '山'.repeat(120) })
    await expect.poll(() => states(id).toSorted(), PATIENCE).toEqual(['accepted', 'delivered'])
    const [text] = await h.arrived()
    expect(text).toMatchObject({ segments: expect.any(Number), encoding: 'ucs2' })
    expect(states(id)).toHaveLength(2)
  })

  test('come again until they are stored', async () => {
    h.sink.failNext(3)
    const id = await send()
    await expect.poll(() => states(id).toSorted(), PATIENCE).toEqual(['accepted', 'delivered'])
    expect(h.world.hooks.calls.filter(({ status }) => status === 500)).toHaveLength(3)
  })

  test('by whoever does not know the secret are nowhere', async () => {
    const ask = (secret: string): Promise<Response> =>
      fetch(`${h.world.hooks.url}/hooks/sms/kannel/${secret}/dlr?id=a&type=1`)
    expect((await ask('guessed')).status).toBe(404)
    expect((await ask(CALLBACK_SECRET)).status).toBe(200)
    expect(h.sink.receipts).toHaveLength(1)
  })
})

describe.skipIf(skipped)('what phones send', () => {
  test('is handed on, whatever its bytes and charset, and comes again until it is stored', async () => {
    const hooks = await startHookServer()
    const path = `${hooks.url}/hooks/sms/kannel/${CALLBACK_SECRET}/mo?${INBOUND_QUERY}`
    const kannel = await startKannel({ inboundUrl: path })
    const channel = createSmsKannelChannel(configFor(kannel, hooks), { logger: quiet })
    const sink = recordingSink()
    hooks.serve(channel.hooks, sink)
    try {
      sink.failNext(2)
      kannel.smsc!.text(PHONE, 'STOP')
      kannel.smsc!.ucs2(PHONE, '退订😀')
      kannel.smsc!.ucs2(PHONE, '\uD83D')
      kannel.smsc!.bytes(PHONE, Buffer.from([0x53, 0xff, 0x80]))
      kannel.smsc!.text('8613800138001', 'ja & nein = 100%')
      kannel.smsc!.text('10086', 'from a short code')
      const texts = (): string[] => sink.replies.map(({ text }) => text).toSorted()
      const expected = ['STOP', '退订😀', '\uFFFD', 'Sÿ€', 'ja & nein = 100%'].toSorted()
      await expect.poll(texts, PATIENCE).toEqual(expected)
      const senders = sink.replies.map(({ from }) => `${from.channel} ${from.value}`)
      expect(new Set(senders)).toEqual(new Set([`sms ${PHONE}`, 'sms +8613800138001']))
      expect(new Set(sink.replies.map(({ inboundId }) => inboundId)).size).toBe(5)
      expect(sink.replies[0]?.connection).toEqual({ channel: 'sms', connection: 'kannel' })
      const again = hooks.calls.filter(({ status }) => status === 500)
      expect(again).toHaveLength(2)
      await expect.poll(() => hooks.calls.length, PATIENCE).toBe(8)
      // Nothing of what we answer is texted to anybody.
      expect(kannel.smsc!.arrived()).toEqual([])
    } finally {
      await kannel.stop()
      await hooks.close()
    }
  })
})
