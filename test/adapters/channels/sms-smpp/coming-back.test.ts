import { afterEach, describe, expect, test } from 'vitest'
import type { SmsSmppConfig } from '#adapters/channels/sms-smpp/sms-smpp.ts'
import { skippedFor } from '../../../services/skipped-for.ts'
import { missingSmsc } from '../../../services/smsc.ts'
import {
  deliveryId,
  type KeepingSink,
  keepingSink,
  openSmpp,
  type SmppHarness,
  sendText,
} from './harness.ts'

let harness: SmppHarness | undefined
const open = async (
  over: Partial<SmsSmppConfig> = {},
): Promise<{ readonly h: SmppHarness; readonly sink: KeepingSink }> => {
  const h = await openSmpp(over)
  harness = h
  const sink = keepingSink()
  await h.channel.start(sink)
  await expect.poll(() => h.smsc.binds.length).toBe(1)
  return { h, sink }
}
const LONG = { note: 'It is a long way round the lake. '.repeat(9) }
const connection = { channel: 'sms', connection: 'smpp' }
const accepted = { state: 'accepted', reason: null, detail: null }
const delivered = { state: 'delivered', reason: null, detail: null }
const receiptText = (id: string, stat: string, err = '000'): string =>
  `id:${id} sub:001 dlvrd:000 submit date:2611301200 done date:2611301201 stat:${stat} err:${err} text:look at`
const hex = (text: string, encoding: 'utf8' | 'latin1' = 'latin1'): string =>
  Buffer.from(text, encoding).toString('hex')
const ucs2 = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('hex')
const octet = (value: number): string => value.toString(16).padStart(2, '0')

afterEach(async () => {
  await harness?.channel.stop()
  await harness?.close()
  harness = undefined
})

describe.skipIf(skippedFor(missingSmsc()))('receipts', () => {
  test.each([
    ['DELIVRD', '000', delivered],
    ['ENROUTE', '000', accepted],
    ['ACCEPTD', '000', accepted],
    ['UNKNOWN', '000', accepted],
    ['UNDELIV', '069', { state: 'failed', reason: 'not_reachable', detail: 'UNDELIV (err 069)' }],
    ['REJECTD', '000', { state: 'failed', reason: 'refused', detail: 'REJECTD' }],
    ['EXPIRED', '000', { state: 'failed', reason: 'expired', detail: 'EXPIRED' }],
    ['DELETED', '000', { state: 'failed', reason: 'refused', detail: 'DELETED' }],
  ])('that say %s are told as that', async (stat, err, verdict) => {
    const { h, sink } = await open()
    const { providerIds } = await sendText(h)
    await h.smsc.deliver({ text: receiptText(providerIds[1] ?? '', stat, err) })
    await expect.poll(() => h.smsc.deliverAnswers).toEqual([0])
    expect(sink.receipts).toEqual([{ connection, providerId: deliveryId(0), verdict }])
  })

  test('that name the message in fields of their own are read by these', async () => {
    const { h, sink } = await open()
    const { providerIds } = await sendText(h)
    await h.smsc.deliver({
      text: 'Delivered, thank you',
      receipted_message_id: hex(providerIds[1] ?? ''),
      message_state: '05',
    })
    await h.smsc.deliver({
      esm_class: 0,
      short_message: '',
      receipted_message_id: hex(`${providerIds[1]}\0`),
      message_state: '02',
    })
    await expect.poll(() => h.smsc.deliverAnswers).toEqual([0, 0])
    expect(sink.receipts.map(({ verdict }) => verdict.state)).toEqual(['failed', 'delivered'])
  })

  test('that the store does not take come again; what is stored is acknowledged', async () => {
    const { h, sink } = await open()
    await h.smsc.script({ late: {} })
    sink.refuse(1)
    await sendText(h)
    await expect.poll(() => h.smsc.deliverAnswers).toEqual([0x64])
    expect(sink.receipts).toEqual([])
    await h.smsc.deliver({ text: receiptText(h.smsc.submits[0]?.id ?? '', 'DELIVRD') })
    await expect.poll(() => h.smsc.deliverAnswers).toEqual([0x64, 0])
    expect(sink.receipts).toHaveLength(1)
  })

  test('of messages that nobody here remembers are handed on under the id that they name', async () => {
    const { h, sink } = await open()
    await h.smsc.deliver({ text: receiptText('00AB_12@x', 'DELIVRD') })
    await h.smsc.deliver({ text: receiptText('000123', 'UNDELIV') })
    await expect.poll(() => h.smsc.deliverAnswers).toEqual([0, 0])
    expect(sink.receipts.map(({ providerId }) => providerId)).toEqual(['00ab_12@x', '123'])
  })

  test('without any id are acknowledged, since nothing can be done with them', async () => {
    const { h, sink } = await open()
    await h.smsc.deliver({ text: 'it went well' })
    await expect.poll(() => h.smsc.deliverAnswers).toEqual([0])
    expect(sink.receipts).toEqual([])
  })

  test('in decimal of ids in hexadecimal find their messages, early ones too', async () => {
    const { h, sink } = await open()
    await h.smsc.set({ ids: 'hex', receipt_ids: 'hex-to-decimal' })
    await h.smsc.script({ early: {} }, { late: { stat: 'UNDELIV' } })
    await sendText(h, { n: 1 })
    const second = await sendText(h, { n: 2 })
    await expect.poll(() => sink.receipts.length, { timeout: 10_000 }).toBe(2)
    expect(sink.receipts.map(({ providerId }) => providerId)).toEqual([
      deliveryId(1),
      deliveryId(2),
    ])
    const third = await sendText(h, { n: 3 })
    expect(second.providerIds).toContain('3e9')
    // Known by now: told both ways, so that a receipt finds it after a restart.
    expect(third.providerIds).toEqual([deliveryId(3), '3ea', '1002'])
  })

  test('for the parts of a message: delivered with the last of them, failed with one', async () => {
    const { h, sink } = await open()
    const { providerIds } = await sendText(h, { ...LONG, n: 1 })
    const [, ...parts] = providerIds
    expect(parts).toHaveLength(3)
    for (const id of [...parts.slice(0, 2), ...parts.slice(0, 2)]) {
      await h.smsc.deliver({ text: receiptText(id, 'DELIVRD') })
    }
    await expect.poll(() => h.smsc.deliverAnswers.length).toBe(4)
    expect(sink.receipts.map(({ verdict }) => verdict)).toEqual(
      Array.from({ length: 4 }, () => accepted),
    )
    await h.smsc.deliver({ text: receiptText(parts[2] ?? '', 'DELIVRD') })
    await expect.poll(() => sink.receipts.at(-1)?.verdict).toEqual(delivered)

    const other = await sendText(h, { ...LONG, n: 2 })
    await h.smsc.deliver({ text: receiptText(other.providerIds[2] ?? '', 'UNDELIV') })
    await expect
      .poll(() => sink.receipts.at(-1))
      .toMatchObject({
        providerId: deliveryId(2),
        verdict: { state: 'failed' },
      })
  })

  test('for parts before their answers wait for these', async () => {
    const { h, sink } = await open()
    await h.smsc.script({ early: {} }, { early: {} }, { early: {} })
    await sendText(h, LONG)
    await expect.poll(() => sink.receipts.at(-1)?.verdict, { timeout: 10_000 }).toEqual(delivered)
    for (const { providerId } of sink.receipts) expect(providerId).toBe(deliveryId(0))
  })

  test('for a part of what never went out whole say nothing, but a failure', async () => {
    const { h, sink } = await open()
    await h.smsc.script({}, { cut: 1 })
    const { outcome, providerIds } = await sendText(h, LONG)
    expect(outcome.kind).toBe('unknown')
    await expect.poll(() => h.smsc.binds.length, { timeout: 10_000 }).toBe(2)
    await h.smsc.deliver({ text: receiptText(providerIds[1] ?? '', 'DELIVRD') })
    await expect.poll(() => h.smsc.deliverAnswers).toEqual([0])
    expect(sink.receipts).toEqual([])
    await h.smsc.deliver({ text: receiptText(providerIds[1] ?? '', 'UNDELIV') })
    await expect.poll(() => sink.receipts).toMatchObject([{ verdict: { state: 'failed' } }])
  })
})

describe.skipIf(skippedFor(missingSmsc()))('messages that come in', () => {
  test.each([
    ['GSM-7', { data_coding: 0, short_message: `00${hex('STOP')}1b65` }, '@STOP€'],
    [
      'Latin-1 that says it is GSM-7',
      { data_coding: 0, short_message: hex('arrêt à bas') },
      'arrêt à bas',
    ],
    ['UTF-8 that says it is GSM-7', { data_coding: 0, short_message: hex('退订', 'utf8') }, '退订'],
    ['ASCII', { data_coding: 1, short_message: hex('[STOP]_@') }, '[STOP]_@'],
    ['Latin-1', { data_coding: 3, short_message: hex('ARRÊT') }, 'ARRÊT'],
    ['Cyrillic', { data_coding: 6, short_message: 'c1c2bebf' }, 'СТОП'],
    ['UCS-2', { data_coding: 8, short_message: ucs2('退订👍') }, '退订👍'],
    ['a flash message in UCS-2', { data_coding: 0x18, short_message: ucs2('恢复') }, '恢复'],
    ['a flash message in GSM-7', { data_coding: 0xf0, short_message: '00' }, '@'],
    ['octets of any kind', { data_coding: 4, short_message: hex('帮助', 'utf8') }, '帮助'],
    [
      'a payload of its own',
      { data_coding: 8, message_payload: ucs2('长'.repeat(500)) },
      '长'.repeat(500),
    ],
    ['UCS-2 cut in a character', { data_coding: 8, short_message: '004100' }, 'A�'],
    ['octets that are no text', { data_coding: 2, short_message: '00ff01fe41' }, 'ÿþA'],
    [
      'a header that claims more than there is',
      { esm_class: 0x40, short_message: `7f${hex('hi')}` },
      'àhi',
    ],
    ['nothing', { short_message: '' }, ''],
  ])('are read in %s', async (_what, fields, text) => {
    const { h, sink } = await open()
    await h.smsc.deliver(fields)
    await expect.poll(() => h.smsc.deliverAnswers).toEqual([0])
    expect(sink.replies).toEqual([
      {
        connection,
        from: { channel: 'sms', value: '+8613800138000' },
        text,
        inboundId: expect.stringMatching(/^.{30,}$/),
      },
    ])
    expect(h.smsc.open).toBe(1)
  })

  test('by data_sm are taken too', async () => {
    const { h, sink } = await open()
    await h.smsc.deliver({ command: 'data_sm', message_payload: hex('STOP') })
    await expect.poll(() => h.smsc.deliverAnswers).toEqual([0])
    expect(sink.replies).toMatchObject([{ text: 'STOP' }])
  })

  test.each([
    ['+8613800138000', 1],
    ['8613800138000', 1],
    ['008613800138000', 0],
    ['8613800138000', 0],
    ['13800138000', 2],
    ['13800138000', 0],
  ])('from %s (type %i) come from the same number', async (source_addr, source_addr_ton) => {
    const { h, sink } = await open()
    await h.smsc.deliver({ source_addr, source_addr_ton, short_message: hex('hi') })
    await expect.poll(() => sink.replies.map(({ from }) => from.value)).toEqual(['+8613800138000'])
  })

  test.each(['BANK', '10690', '', '99'])(
    'from %j are acknowledged, and come from no one',
    async (source_addr) => {
      const { h, sink } = await open()
      await h.smsc.deliver({ source_addr, source_addr_ton: 5, short_message: hex('hi') })
      await expect.poll(() => h.smsc.deliverAnswers).toEqual([0])
      expect(sink.replies).toEqual([])
    },
  )

  test.each([
    ['eight bits', (part: number) => `050003${octet(7)}${octet(3)}${octet(part)}`],
    ['sixteen bits', (part: number) => `060804${octet(1)}${octet(2)}${octet(3)}${octet(part)}`],
  ])(
    'in parts with a reference of %s are put together, whatever their order',
    async (_what, header) => {
      const { h, sink } = await open()
      for (const [part, text] of [
        [2, 'please '],
        [3, 'now'],
        [1, 'STOP '],
      ] as const) {
        await h.smsc.deliver({ esm_class: 0x40, short_message: header(part) + hex(text) })
      }
      await expect.poll(() => h.smsc.deliverAnswers).toEqual([0, 0, 0])
      expect(sink.replies.map(({ text }) => text)).toEqual(['STOP please now'])
    },
  )

  test('in parts by fields of their own are put together', async () => {
    const { h, sink } = await open()
    for (const part of [1, 2]) {
      await h.smsc.deliver({
        short_message: hex(`part ${part} `),
        sar_msg_ref_num: '0909',
        sar_total_segments: '02',
        sar_segment_seqnum: octet(part),
      })
    }
    await expect.poll(() => sink.replies.map(({ text }) => text)).toEqual(['part 1 part 2'])
  })

  test('in parts of which one stays away are handed on without it, after a while', async () => {
    const { h, sink } = await open({ joinMs: 200 })
    for (const part of [3, 1]) {
      await h.smsc.deliver({
        esm_class: 0x40,
        short_message: `0500030703${octet(part)}${hex(`<${part}>`)}`,
      })
    }
    await expect.poll(() => h.smsc.deliverAnswers, { timeout: 10_000 }).toEqual([0, 0])
    expect(sink.replies.map(({ text }) => text)).toEqual(['<1><3>'])
  })

  test('that the store does not take come again, under the same id', async () => {
    const { h, sink } = await open()
    const stored: string[] = []
    const { reply } = sink
    const ids: string[] = []
    Object.assign(sink, {
      reply: (it: Parameters<typeof reply>[0]) => {
        ids.push(it.inboundId)
        return reply(it).then(() => void stored.push(it.inboundId))
      },
    })
    sink.refuse(1)
    await h.smsc.deliver({ short_message: hex('STOP') })
    await expect.poll(() => h.smsc.deliverAnswers).toEqual([0x64])
    await h.smsc.deliver({ short_message: hex('STOP') })
    await expect.poll(() => h.smsc.deliverAnswers).toEqual([0x64, 0])
    expect(stored).toHaveLength(1)
    expect(new Set(ids).size).toBe(1)
  })

  test('twice are two, unless the acknowledgement may have been lost', async () => {
    const { h, sink } = await open()
    const id = (n: number) => sink.replies.at(n)?.inboundId
    for (const text of ['STOP', 'START', 'STOP']) {
      await h.smsc.deliver({ short_message: hex(text) })
    }
    await expect.poll(() => h.smsc.deliverAnswers.length).toBe(3)
    expect(id(2)).not.toBe(id(0))
    await h.smsc.cut()
    await expect.poll(() => h.smsc.binds.length, { timeout: 10_000 }).toBe(2)
    await h.smsc.deliver({ short_message: hex('STOP') })
    await expect.poll(() => h.smsc.deliverAnswers.length).toBe(4)
    expect(id(3)).toBe(id(2))
  })

  test('while nobody takes them come again', async () => {
    const h = await openSmpp()
    harness = h
    await sendText(h)
    await h.smsc.deliver({ short_message: hex('STOP') })
    await expect.poll(() => h.smsc.deliverAnswers).toEqual([0x64])
  })
})
