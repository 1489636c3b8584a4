import fc from 'fast-check'
import { SegmentedMessage } from 'sms-segments-calculator'
import splitter from 'split-sms'
import { describe, expect, test } from 'vitest'
import { smsSize } from '#core/message/segments.ts'

const BASIC = '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà\n'
const EXTENSION = '^{}\\[~]|€'
/** What reads as one character and is several units of UTF-16. */
const CLUSTERS = ['👩‍👩‍👧‍👦', '🇩🇪', '👍🏽', '❤️', '1️⃣', 'e\u0301', '각', 'กำ', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '😀']

const bySplitSms = (text: string) => {
  const { characterSet, parts } = splitter.split(text)
  return { encoding: characterSet === 'GSM' ? 'gsm7' : 'ucs2', segments: parts.length }
}
const byCalculator = (text: string) => {
  const { encodingName, segmentsCount } = new SegmentedMessage(text)
  return { encoding: encodingName === 'GSM-7' ? 'gsm7' : 'ucs2', segments: segmentsCount }
}

/** Texts of any length around the boundaries of one, two and three segments. */
const textOf = (units: readonly string[], most: number) =>
  fc
    .array(fc.constantFrom(...units), { minLength: 1, maxLength: most, size: 'max' })
    .map((all) => all.join(''))

describe('smsSize', () => {
  test.each([
    ['a', 159, 'gsm7', 1],
    ['a', 160, 'gsm7', 1],
    ['a', 161, 'gsm7', 2],
    ['a', 305, 'gsm7', 2],
    ['a', 306, 'gsm7', 2],
    ['a', 307, 'gsm7', 3],
    ['€', 79, 'gsm7', 1],
    ['€', 80, 'gsm7', 1],
    ['€', 81, 'gsm7', 2],
    // Two septets are not torn apart: 76 in a segment, and one left free.
    ['[', 152, 'gsm7', 2],
    ['[', 153, 'gsm7', 3],
    ['中', 69, 'ucs2', 1],
    ['中', 70, 'ucs2', 1],
    ['中', 71, 'ucs2', 2],
    ['中', 133, 'ucs2', 2],
    ['中', 134, 'ucs2', 2],
    ['中', 135, 'ucs2', 3],
    // A pair is not torn apart: 33 in a segment, and one unit left free.
    ['😀', 35, 'ucs2', 1],
    ['😀', 36, 'ucs2', 2],
    ['😀', 66, 'ucs2', 2],
    ['😀', 67, 'ucs2', 3],
  ] as const)('%s × %i is %s, in segments: %i', (character, times, encoding, segments) => {
    const text = character.repeat(times)
    expect(smsSize(text)).toEqual({ encoding, segments })
    expect(bySplitSms(text)).toEqual({ encoding, segments })
    expect(byCalculator(text)).toEqual({ encoding, segments })
  })

  test('agrees with two independent libraries on GSM-7, its extension counted twice', () => {
    const gsm = textOf([...BASIC, ...EXTENSION], 500)
    fc.assert(
      fc.property(gsm, (text) => {
        expect(smsSize(text)).toEqual(bySplitSms(text))
        expect(smsSize(text)).toEqual(byCalculator(text))
      }),
    )
  })

  test('agrees with both on UCS-2 with pairs', () => {
    const ucs2 = textOf(['中', '文', 'a', ' ', '😀', '𠮷', 'д', '，', '€', '['], 250)
    fc.assert(
      fc.property(ucs2, (text) => {
        expect(smsSize(text)).toEqual(bySplitSms(text))
        expect(smsSize(text)).toEqual(byCalculator(text))
      }),
    )
  })

  test('is the greater of the two where they differ: whether a cluster is torn apart or kept whole', () => {
    const text = `${'e\u0331'.repeat(100)}a`
    expect([bySplitSms(text).segments, byCalculator(text).segments]).toEqual([3, 4])
    expect(smsSize(text).segments).toBe(4)
    fc.assert(
      fc.property(textOf([...CLUSTERS, '中', 'a'], 150), (clusters) => {
        const [torn, whole] = [bySplitSms(clusters), byCalculator(clusters)]
        expect(smsSize(clusters)).toEqual(torn.segments > whole.segments ? torn : whole)
      }),
    )
  })

  test('counts a cluster that has no room in any segment by its units', () => {
    const long = `👩${'\u200D👩'.repeat(100)}`
    expect(smsSize(long).segments).toBe(Math.ceil(long.length / 67))
    expect(smsSize('').segments).toBe(1)
  })
})
