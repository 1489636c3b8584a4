import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readInbound } from '#adapters/channels/sms-kannel/inbound.ts'
import { readQuery } from '#adapters/kannel/query.ts'

const read = (search: string) => readInbound(readQuery(search))
const from = 'from=%2B8613800138000'

describe('the text of an inbound message', () => {
  test.each([
    ['UTF-8', 'text=caf%C3%A9+%2B&charset=UTF-8&coding=0', 'café +'],
    ['UTF-16BE', 'text=%90%00%8B%A2&charset=UTF-16BE&coding=2', '退订'],
    ['UTF-16BE whose bytes look like a query', 'text=%00%26%00=&charset=UTF-16BE&coding=2', '&='],
    ['an emoji', 'text=%D8%3D%DE%00&charset=UTF-16BE&coding=2', '😀'],
    ['half an emoji', 'text=%00a%D8%3D&charset=UTF-16BE&coding=2', 'a\uFFFD'],
    ['an odd number of bytes', 'text=%90%00%8B&charset=UTF-16BE&coding=2', '退\uFFFD'],
    ['UCS-2 without a charset', 'text=%90%00%8B%A2&charset=&coding=2', '退订'],
    ['GBK', 'text=%CD%CB%B6%A9&charset=GBK&coding=0', '退订'],
    ['Latin-1', 'text=ARR%CAT&charset=ISO-8859-1&coding=0', 'ARRÊT'],
    ['Latin-1 that says it is UTF-8', 'text=ARR%CAT&charset=UTF-8&coding=0', 'ARRÊT'],
    ['bytes of no charset that are UTF-8', 'text=%E9%80%80&charset=8-BIT&coding=1', '退'],
    ['bytes of no charset', 'text=A%FF%80&charset=8-BIT&coding=1', 'Aÿ€'],
    ['a charset that nobody knows', 'text=STOP&charset=%FF%00x&coding=0', 'STOP'],
    ['a stray percent sign', 'text=100%&charset=UTF-8&coding=0', '100%'],
    ['controls and overrides', 'text=ST%00O%E2%80%AEP&charset=UTF-8&coding=0', 'STOP'],
    ['nothing', 'text=&charset=UTF-8&coding=0', ''],
  ])('%s is read', (_name, search, text) => {
    expect(read(`?${from}&${search}&id=1`)).toEqual({
      from: '+8613800138000',
      text,
      inboundId: '1',
    })
  })

  test('whatever bytes come, in whatever charset they claim to be, a text is read', () => {
    const anyByte = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1 })
    const charset = fc.constantFrom('UTF-8', 'UTF-16BE', '8-BIT', '', 'GBK', 'nonsense', 'GSM')
    fc.assert(
      fc.property(anyByte, charset, fc.constantFrom('0', '1', '2', ''), (bytes, name, coding) => {
        const text = bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
        const inbound = read(`?${from}&text=${text}&charset=${name}&coding=${coding}&id=1`)
        expect(inbound?.text.isWellFormed()).toBe(true)
      }),
    )
  })

  test('text in UTF-16 comes back to the last character', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '你', '😀', '&', '=', '+') }), (text) => {
        const bytes = Buffer.from(text, 'utf16le').swap16().toString('hex').replace(/../g, '%$&')
        const search = `?${from}&text=${bytes}&charset=UTF-16BE&coding=2`
        expect(read(search)?.text).toBe(text)
      }),
    )
  })

  test.each([
    '',
    '?',
    `?${from}`,
    '?text=STOP',
    '?from=&text=STOP',
    '?from=%20&text=x',
    '?%=%&&&=',
  ])('without sender or text there is none: %s', (search) => {
    expect(read(search)).toBeUndefined()
  })
})

describe('the id of an inbound message', () => {
  test('is Kannel’s', () => {
    const id = 'f54eec00-3e5c-4545-a7f0-b784acb4952e'
    expect(read(`?${from}&text=x&id=${id}`)?.inboundId).toBe(id)
  })

  test.each(['', '&id=', '&id=%00', `&id=${'x'.repeat(500)}`])(
    'is made from what came where there is none to keep: %#',
    (id) => {
      const one = read(`?${from}&to=10690&text=STOP&ts=1${id}`)?.inboundId
      const again = read(`?ts=1${id}&text=STOP&to=10690&${from}`)?.inboundId
      const later = read(`?${from}&to=10690&text=STOP&ts=2${id}`)?.inboundId
      expect(one).toMatch(/^[0-9a-f]{64}$/)
      expect(again).toBe(one)
      expect(later).not.toBe(one)
    },
  )
})
