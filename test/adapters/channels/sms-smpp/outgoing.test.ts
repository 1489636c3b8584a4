import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeGsm7, encodeGsm7 } from '#adapters/channels/sms-smpp/gsm7.ts'
import { submitsOf } from '#adapters/channels/sms-smpp/outgoing.ts'
import { destinationOf, sourceOf } from '#adapters/channels/sms-smpp/source.ts'
import type { RenderedSms } from '#core/message/message.ts'
import { smsSize } from '#core/message/segments.ts'

const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCXYZÄÖÑÜ§¿abcxyzäöñüà\f^{}\\[~]|€'
const gsmText = fc.string({ unit: fc.constantFrom(...GSM), maxLength: 800 })
const anyText = fc.string({
  unit: fc.constantFrom(...GSM, '中', '👍', '👩‍👩‍👧‍👦', 'é'),
  maxLength: 400,
})
const rendered = (text: string): RenderedSms => ({
  channel: 'sms',
  to: '+8613800138000',
  text,
  ...smsSize(text),
})
const submits = (text: string, reference = 7) =>
  submitsOf(rendered(text), sourceOf('10690'), reference)
const octetsOf = ({ short_message }: { readonly short_message?: unknown }): Buffer =>
  short_message as Buffer

describe('the parts of a message', () => {
  test('are as many as it costs, and none is longer than a segment', () => {
    fc.assert(
      fc.property(fc.oneof(gsmText, anyText), (text) => {
        const parts = submits(text)
        expect(parts).toHaveLength(smsSize(text).segments)
        const [coding] = new Set(parts.map((part) => part.data_coding))
        for (const part of parts) {
          const length = octetsOf(part).length
          // Septets are packed on the air: the header's 48 bits take the room of 7.
          const room = coding === 8 ? 140 : parts.length > 1 ? 153 + 6 : 160
          expect(length).toBeLessThanOrEqual(room)
        }
      }),
    )
  })

  test('each can be read by itself, and make up the text', () => {
    fc.assert(
      fc.property(fc.oneof(gsmText, anyText), (text) => {
        const parts = submits(text)
        const read = parts.map((part) => {
          const body = octetsOf(part).subarray(parts.length > 1 ? 6 : 0)
          return part.data_coding === 8
            ? new TextDecoder('utf-16be', { fatal: true }).decode(body)
            : decodeGsm7(body)
        })
        expect(read.join('')).toBe(text)
      }),
    )
  })

  test('say which of how many they are, and have the reference in common', () => {
    const parts = submits('long '.repeat(100), 0x1ff)
    expect(parts.map((part) => octetsOf(part).subarray(0, 6).toString('hex'))).toEqual([
      '050003ff0401',
      '050003ff0402',
      '050003ff0403',
      '050003ff0404',
    ])
    for (const part of parts) expect(part.esm_class).toBe(0x40)
  })

  test('an escaped character and a surrogate pair stay in one part', () => {
    const [first] = submits(`${'a'.repeat(152)}€${'b'.repeat(20)}`)
    expect(octetsOf(first)).toHaveLength(6 + 152)
    const [head] = submits(`${'中'.repeat(66)}👍${'中'.repeat(20)}`)
    expect(octetsOf(head)).toHaveLength(6 + 132)
  })

  test('one alone has no header; all set data_coding and ask for a receipt', () => {
    expect(submits('hi')).toEqual([
      {
        source_addr_ton: 3,
        source_addr_npi: 0,
        source_addr: '10690',
        dest_addr_ton: 1,
        dest_addr_npi: 1,
        destination_addr: '8613800138000',
        esm_class: 0,
        registered_delivery: 1,
        data_coding: 0,
        short_message: Buffer.from('hi'),
      },
    ])
    expect(submits('嗨')[0].data_coding).toBe(8)
  })
})

describe('GSM-7', () => {
  test('has each of its characters where the standard has it', () => {
    expect(encodeGsm7('@£$_ΔΞ').toString('hex')).toBe('00010211101a')
    expect(encodeGsm7('^{}\\[~]|€').toString('hex')).toBe('1b141b281b291b2f1b3c1b3d1b3e1b401b65')
    expect(encodeGsm7('äöñü§à¿').toString('hex')).toBe('7b7c7d7e5f7f60')
  })

  test('is read back, and what is none of it is told', () => {
    fc.assert(fc.property(gsmText, (text) => decodeGsm7(encodeGsm7(text)) === text))
    expect(decodeGsm7(Uint8Array.of(0x41, 0x80))).toBeNull()
    expect(decodeGsm7(Uint8Array.of(0x1b, 0x41, 0x1b))).toBe(' A ')
    expect(encodeGsm7('中').toString('hex')).toBe('20')
  })
})

test.each([
  ['Passalong', 5, 0, 'Passalong'],
  ['1-800-FLOWERS', 5, 0, '1-800-FLOWERS'],
  ['+49 171 1234567', 1, 1, '491711234567'],
  ['8613800138000', 1, 1, '8613800138000'],
  ['01711234567', 0, 1, '01711234567'],
  ['10690', 3, 0, '10690'],
  ['', 0, 0, ''],
])('the sender %j has type %i and plan %i', (source, ton, npi, addr) => {
  expect(sourceOf(source)).toEqual({ ton, npi, addr })
})

test('a recipient is an international number', () => {
  expect(destinationOf('+8613800138000')).toEqual({ ton: 1, npi: 1, addr: '8613800138000' })
})
