import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Codec, loadCodec, MalformedPdu } from '#adapters/channels/sms-smpp/codec.ts'
import { readDeliver } from '#adapters/channels/sms-smpp/deliver.ts'
import { createFramer } from '#adapters/channels/sms-smpp/framer.ts'
import { decodeText, readUserData } from '#adapters/channels/sms-smpp/incoming-text.ts'
import { inForm, normalId } from '#adapters/channels/sms-smpp/message-ids.ts'
import { readReceipt } from '#adapters/channels/sms-smpp/receipt.ts'
import { Misconfigured, readSmppUrl } from '#adapters/channels/sms-smpp/settings.ts'
import { createWindow } from '#adapters/channels/sms-smpp/window.ts'

let codec: Codec
beforeAll(async () => {
  codec = await loadCodec()
})

describe('a stream', () => {
  test('is cut into the same frames however it comes', () => {
    const frame = fc
      .uint8Array({ maxLength: 300 })
      .map((body) => Buffer.concat([header(16 + body.length), body]))
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 64 })),
        (sent, sizes) => {
          const frames = createFramer()
          const stream = Buffer.concat(sent)
          const got: string[] = []
          for (let at = 0; at < stream.length; ) {
            const { value: size = 1 } = sizes.next()
            for (const one of frames(stream.subarray(at, at + size))) got.push(one.toString('hex'))
            at += size
          }
          expect(got).toEqual(sent.map((one) => one.toString('hex')))
        },
      ),
    )
  })

  test.each([0, 1, 4, 15, 70_000, 0xffff_ffff])('with a length of %i is given up', (length) => {
    expect(() => [...createFramer()(header(length))]).toThrow(MalformedPdu)
  })
})

describe('a frame', () => {
  test('of any octets is read, or is malformed, and never anything else', () => {
    const id = fc.constantFrom(
      5,
      0x103,
      4,
      0x8000_0004,
      0x8000_0009,
      0x15,
      0x8000_0000,
      6,
      0x102,
      0x777,
    )
    fc.assert(
      fc.property(id, fc.uint8Array({ maxLength: 200 }), (commandId, body) => {
        const frame = Buffer.concat([header(16 + body.length, commandId), body])
        try {
          const pdu = codec.decode(frame)
          if (pdu.command === 'deliver_sm' || pdu.command === 'data_sm') {
            const incoming = readDeliver(pdu.fields)
            expect(typeof incoming.text).toBe('string')
            readReceipt(incoming)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedPdu)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('of a message keeps every octet of its text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 254 }), fc.nat(255), (octets, data_coding) => {
        const short_message = Buffer.from(octets)
        const fields = { data_coding, short_message, schedule_delivery_time: 'garbageR' }
        const pdu = codec.decode(
          codec.encode({ command: 'deliver_sm', status: 0, sequence: 1, fields }),
        )
        expect(Buffer.from(pdu.fields.short_message as Uint8Array)).toEqual(short_message)
      }),
    )
  })
})

describe('texts', () => {
  test('of any octets in any alphabet are read', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 160 }),
        fc.nat(255),
        fc.boolean(),
        (octets, coding, hasHeader) => {
          const { text } = readUserData(octets, hasHeader)
          expect(typeof decodeText(text, coding)).toBe('string')
        },
      ),
    )
  })

  test('keep what a header says of more than concatenation', () => {
    const octets = Buffer.from('0b0504158a00000003070201' + '6869', 'hex')
    expect(readUserData(octets, true)).toEqual({
      text: Buffer.from('hi'),
      partOf: { reference: 7, total: 2, part: 1 },
    })
  })
})

describe('ids', () => {
  test.each([
    ['00AB12', 'ab12'],
    [' 0001000 ', '1000'],
    ['0', '0'],
    ['000', '0'],
    ['msg-00A', 'msg-00a'],
  ])('%j is %j', (id, normal) => expect(normalId(id)).toBe(normal))

  test('are told in the other form where they have one', () => {
    expect(inForm('3e8', 'hex-to-decimal')).toBe('1000')
    expect(inForm('1000', 'decimal-to-hex')).toBe('3e8')
    expect(inForm('msg-1', 'hex-to-decimal')).toBeNull()
    expect(inForm('3e8', 'decimal-to-hex')).toBeNull()
  })
})

describe('an SMPP address', () => {
  test.each([
    [
      'smpp://share:secret@smsc.example.net',
      {
        host: 'smsc.example.net',
        port: 2775,
        secure: false,
        systemId: 'share',
        password: 'secret',
        systemType: '',
      },
    ],
    [
      'smpps://a%40b:p%2Fw%25@[::1]',
      { host: '::1', port: 3550, secure: true, systemId: 'a@b', password: 'p/w%', local: true },
    ],
    [
      'smpp://u:100%@127.0.0.1:9000?system_type=VMA',
      { port: 9000, password: '100%', systemType: 'VMA', local: true },
    ],
    ['smpp://h', { systemId: '', password: '', local: false }],
  ])('%s is read', (url, expected) => expect(readSmppUrl(url)).toMatchObject(expected))

  test.each(['', 'smsc.example.net', 'http://u:hunter2@h', 'smpp://', 'smpp://u:hunter2@'])(
    '%j is none, and is not quoted',
    (url) => {
      const read = () => readSmppUrl(url)
      expect(read).toThrow(Misconfigured)
      expect(read).not.toThrow(/hunter2/)
    },
  )
})

describe('a window', () => {
  test('admits in order, no more than it has room for, and forgets who gave up', async () => {
    const window = createWindow(1)
    const never = new AbortController().signal
    const leave = await window.enter(never)
    const order: string[] = []
    const impatient = new AbortController()
    const gone = window.enter(impatient.signal).then(() => order.push('impatient'))
    const second = window.enter(never).then((out) => {
      order.push('second')
      return out
    })
    const third = window.enter(never).then((out) => {
      order.push('third')
      return out
    })
    impatient.abort(new Error('enough'))
    await expect(gone).rejects.toThrow('enough')
    leave()
    leave()
    const out = await second
    expect(order).toEqual(['second'])
    out()
    await third
    expect(order).toEqual(['second', 'third'])
  })
})

function header(length: number, commandId = 0x8000_0004): Buffer {
  const octets = Buffer.alloc(16)
  octets.writeUInt32BE(length, 0)
  octets.writeUInt32BE(commandId, 4)
  octets.writeUInt32BE(1, 12)
  return octets
}
