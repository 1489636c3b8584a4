import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isUsername, MAX_DISPLAY_NAME, nameSkeleton, refuseName } from '#core/names.ts'
import { cpuMs } from '#test/fixtures/cpu-time.ts'

describe('a display name', () => {
  test.each([
    'Ann Lee',
    '王伟',
    'Иван Петров',
    'Dr. Bob',
    'St. John',
    "O'Neil-Smith",
    'Apple Wang',
    'Line',
    'Amie',
    'سارة',
    'José María',
    'Ζωή',
    'R2-D2',
    'Amazon Jones',
  ])('may be %s', (name) => {
    expect(refuseName(name, ['Somebody Else', 'Arnie'])).toBeUndefined()
  })

  test.each([
    ['the same', 'Ann Lee'],
    ['other case and spaces', 'ANNLEE'],
    ['Cyrillic lookalikes', 'Аnn Lее'],
    ['Greek capitals', 'ΑΝΝ LEE'],
    ['full-width letters', 'Ａｎｎ　Ｌｅｅ'],
    ['marks', 'Ánn Lée'],
    ['hidden characters', 'Ann\u200B\u2060 Lee\u202E'],
    ['I for l', 'Ann Iee'],
    ['mathematical letters', '𝐀𝐧𝐧 𝐋𝐞𝐞'],
    ['punctuation', '.Ann_Lee.'],
  ])('may not copy another: %s', (_how, name) => {
    expect(refuseName(name, ['Zoe', 'Ann Lee'])).toBe('copies_another')
  })

  test('may not copy a name of another script by its case', () => {
    expect(refuseName('ΝΙΚΗ', ['νικη'])).toBe('copies_another')
    expect(refuseName('ИВАН', ['Иван'])).toBe('copies_another')
  })

  test.each([
    'PayPal',
    'РayРal',
    'paypaI',
    'P a y p a l',
    'Arnazon',
    'rnicrosoft Team',
    'PayPal Support',
    '支付宝客服',
    '微信 官方 客服',
    'Passalong',
    'The Passalong Team',
    'Official WhatsApp',
    'Line Support',
    'Bank Security',
    'Te1egram',
    'Admin',
    'Support',
    '客服',
    'ADMІN',
  ])('may not be that of a brand or of the staff: %s', (name) => {
    expect(refuseName(name, [])).toBe('well_known')
  })

  test('of those who run the service may say so, but not be a brand', () => {
    expect(refuseName('Operator', [], { staff: true })).toBeUndefined()
    expect(refuseName('admin', [], { staff: true })).toBeUndefined()
    expect(refuseName('PayPal', [], { staff: true })).toBe('well_known')
  })

  test.each([
    ['', 'empty'],
    ['  \u200B\n', 'empty'],
    ['x'.repeat(MAX_DISPLAY_NAME + 1), 'too_long'],
    ['...', 'not_a_name'],
    ['ann@example.org', 'not_a_name'],
    ['www.example.org', 'not_a_name'],
    ['evil.com', 'not_a_name'],
    ['https://x', 'not_a_name'],
    ['Ann (@annlee)', 'not_a_name'],
    ['Ann <b>', 'not_a_name'],
  ] as const)('%j is refused as %s', (name, fault) => {
    expect(refuseName(name, [])).toBe(fault)
  })

  test('is judged without throwing, and its skeleton is stable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        refuseName(name, ['Ann'])
        expect(nameSkeleton(nameSkeleton(name))).toBe(nameSkeleton(name))
      }),
      { numRuns: 2000 },
    )
  })

  test('of 100 kB costs little', () => {
    const took = cpuMs(() => {
      refuseName('supportpaypal'.repeat(8_000), ['Ann'])
      refuseName('help'.repeat(16), ['Ann'])
    })
    expect(took).toBeLessThan(200)
  })
})

test('a username is lower-case ASCII, 2 to 32 characters', () => {
  for (const name of ['ann', 'a1', 'ann.lee-2_x', '4711']) expect(isUsername(name)).toBe(true)
  for (const name of ['a', 'Ann', '.ann', 'änn', 'a b', 'x'.repeat(33), 'ann\n']) {
    expect(isUsername(name)).toBe(false)
  }
})
