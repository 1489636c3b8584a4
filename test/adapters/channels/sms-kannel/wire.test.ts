import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RenderedSms } from '#core/message/message.ts'
import { smsSize } from '#core/message/segments.ts'
import { sharedKannelWorld } from '#test/fixtures/kannel-world.ts'
import { contextOf } from '../../../contracts/channel.ts'
import { messageOn } from '../../../core/message/sample.ts'
import { missingKannel } from '../../../services/kannel.ts'
import { skippedFor } from '../../../services/skipped-for.ts'
import { openSmsKannel, type SmsKannelHarness } from './harness.ts'

/** 3GPP TS 23.038, 6.2.1, without the escape; then its extension table. */
const GSM =
  '@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const EXTENSION = '^{}\\[~]|€'

describe.skipIf(skippedFor(missingKannel()))('a text on the air', () => {
  const world = sharedKannelWorld()
  let h: SmsKannelHarness
  beforeEach(async () => {
    h = openSmsKannel(await world(), { from: null })
  })
  afterEach(async () => {
    await h.channel.stop()
    await h.close()
  })

  const smsOf = (text: string): RenderedSms => ({
    channel: 'sms',
    to: '+8613800138000',
    text,
    ...smsSize(text),
  })

  test.each([
    ['every character of GSM 7-bit', GSM],
    ['its extension table', EXTENSION.repeat(8)],
    ['several segments of both', (GSM + EXTENSION).repeat(3)],
    ['escapes at the ends of segments', `${'x'.repeat(152)}{${'y'.repeat(151)}}`],
    ['UCS-2', '你好，世界'],
    ['several segments of UCS-2', '山重水复疑无路'.repeat(25)],
    ['emoji', '👩‍👩‍👧‍👦😀'],
    ['line breaks, blanks and percent signs', ' a\n\n%41 + & = b '],
  ])('has %s', async (_name, text) => {
    const sms = smsOf(text)
    expect(sms.segments).toBeLessThanOrEqual(3)
    const { outcome } = await h.channel.send(sms, contextOf(messageOn('sms')))
    expect(outcome).toEqual({ kind: 'accepted' })
    expect(await h.arrived()).toEqual([sms])
  })

  test('comes back whole where Kannel cut an emoji in two', async () => {
    const sms = smsOf(`${'x'.repeat(66)}😀${'你'.repeat(20)}`)
    await h.channel.send(sms, contextOf(messageOn('sms')))
    const [arrived] = await h.arrived()
    expect(arrived).toMatchObject({ text: sms.text, segments: sms.segments })
  })

  test('is from Kannel’s own number where none is set', async () => {
    await h.channel.send(smsOf('x'), contextOf(messageOn('sms')))
    await h.arrived()
    expect(h.world.network.arrived().at(-2)?.from).toBe(h.world.kannel.sender)
  })

  test('costs what its segments cost', () => {
    expect(h.channel.estimate(smsOf('山'.repeat(100)))).toEqual({
      cost: 2,
      segments: 2,
    })
    const german = { ...smsOf('x'), to: '+4917612345678' }
    expect(h.channel.estimate(german)).toEqual({ cost: 1, segments: 1 })
  })

  test('takes segments of its sender’s rate', () => {
    const { address } = messageOn('sms')
    const connection = h.channel.connections[0]!.connection
    expect(h.channel.buckets(address, 3, connection)).toEqual([
      { key: 'sms/kannel/default', limit: 50, perMs: 1_000, cost: 3 },
    ])
    const named = openSmsKannel(h.world, { from: '10690', ratePerSecond: null })
    expect(named.channel.buckets(address, 3, connection)).toEqual([])
  })
})
