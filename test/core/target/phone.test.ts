import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTarget } from '#core/target/parse.ts'

const phone = (url: string, region?: string) => {
  const parsed = parseTarget({ url, region }, { ownHosts: [] })
  if (parsed.ok !== true) return parsed.ok === false ? parsed.fault : parsed
  if (parsed.target.kind !== 'phone') return parsed.target.kind
  return [parsed.target.number, parsed.target.postdial, parsed.target.region]
}

describe('a number to call', () => {
  test.each([
    ['tel:+861062345678', undefined, ['+861062345678', '', null]],
    ['TEL:+86-10-6234-5678', undefined, ['+861062345678', '', null]],
    ['+86 10 6234 5678', undefined, ['+861062345678', '', null]],
    ['＋８６（１０）６２３４－５６７８', undefined, ['+861062345678', '', null]],
    ['010 6234 5678', 'CN', ['+861062345678', '', null]],
    ['tel:6234-5678;phone-context=+8610', undefined, ['+861062345678', '', null]],
    ['0086 10 6234 5678', undefined, ['+861062345678', '', null]],
    ['+44 (0)20 7946 0958', undefined, ['+442079460958', '', null]],
    ['tel:+861062345678,,123456#', undefined, ['+861062345678', ',,123456#', null]],
    ['tel:+861062345678,,123456%23', undefined, ['+861062345678', ',,123456#', null]],
    ['tel:%2B861062345678%2C9', undefined, ['+861062345678', ',9', null]],
    ['+86 10 6234 5678 p 123 w 45', undefined, ['+861062345678', ',123,45', null]],
    ['+86 10 6234 5678，，12 34 5', undefined, ['+861062345678', ',,12345', null]],
    ['tel:+12015550123;ext=77', undefined, ['+12015550123', ',77', null]],
    ['tel:+12015550123;123', undefined, ['+12015550123', ',123', null]],
    ['+1 201 555 0123 x77', undefined, ['+12015550123', ',77', null]],
    ['+1 201-555-0123 ext. 77', undefined, ['+12015550123', ',77', null]],
    ['+86 10 6234 5678 转 801', undefined, ['+861062345678', ',801', null]],
    ['tel:10690', 'CN', ['10690', '', 'CN']],
    ['10690', 'cn', ['10690', '', 'CN']],
    ['12306,,2', 'CN', ['12306', ',,2', 'CN']],
    ['4008123123', 'CN', ['+864008123123', '', null]],
  ])('%j (%s)', (text, region, expected) => {
    expect(phone(text, region)).toEqual(expected)
  })

  test.each([
    ['tel:', undefined],
    ['tel:abc', undefined],
    ['10690', undefined],
    ['10690', 'XX'],
    ['+999123456789', undefined],
    ['+1234', undefined],
    ['*100#', 'CN'],
    ['tel:*21*+8610%23', 'CN'],
    ['010 6234 5678', undefined],
    [`+861062345678,${'1'.repeat(65)}`, undefined],
    ['tel:+861062345678,<script>', undefined],
    ['tel:javascript:alert(1)', undefined],
    ['tel:+86 10 6234 5678\u202Ex', undefined],
  ])('%.40j (%s) is none', (text, region) => {
    expect(phone(text, region)).toMatch(/^not_a/)
  })

  test('is a tel: URI that can be dialled as it stands', () => {
    const parsed = parseTarget(
      { url: '+86 10 6234 5678 p 12#', title: '会议' },
      { ownHosts: [], defaultRegion: 'CN' },
    )
    expect(parsed).toEqual({
      ok: true,
      warnings: [],
      target: {
        kind: 'phone',
        url: 'tel:+861062345678,12%23',
        title: '会议',
        number: '+861062345678',
        region: null,
        postdial: ',12#',
      },
    })
  })

  test('of any digits is read without throwing, and reads the same again', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'0123456789+-() .,;pwx#*转e:'),
      maxLength: 40,
    })
    fc.assert(
      fc.property(text, fc.constantFrom('CN', 'US', undefined), (digits, region) => {
        const parsed = parseTarget({ url: `tel:${digits}`, region }, { ownHosts: [] })
        if (parsed.ok !== true) return
        expect(parsed.target.url).toMatch(/^tel:\+?\d+(?:,(?:[\d,*]|%23)*)?$/)
        expect(parseTarget({ url: parsed.target.url, region }, { ownHosts: [] })).toEqual(parsed)
      }),
      { numRuns: 3000 },
    )
  })
})
