import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { PLAIN_FOR_SMS, plainForSms } from '#core/message/plain-sms.ts'
import { smsSize } from '#core/message/segments.ts'

/** Twilio's list, which its calculator does not export. */
const { default: SMART } = createRequire(import.meta.url)(
  'sms-segments-calculator/dist/libs/SmartEncodingMap.js',
) as { default: Readonly<Record<string, string>> }

/** Where we read a mark otherwise than that list, or know one that it does not. */
const OURS = ['‚', '\t', '′', '‹', '›', '″', '‑', '‒', '−', '·']

describe('plainForSms', () => {
  test('replaces curly quotes and dashes where they alone ask for UCS-2', () => {
    expect(plainForSms('“it’s” – fine…')).toBe('"it\'s" - fine...')
  })

  test('leaves them where something else asks for UCS-2 anyway', () => {
    expect(plainForSms('“中文” – fine…')).toBe('“中文” – fine…')
  })

  test('leaves them where three dots for each would cost more', () => {
    const text = '…'.repeat(130)
    expect(smsSize(text)).toEqual({ encoding: 'ucs2', segments: 2 })
    expect(plainForSms(text)).toBe(text)
  })

  test('touches no letter: a word that GSM-7 cannot write stays that word', () => {
    expect(plainForSms('crêpes – naïve')).toBe('crêpes – naïve')
    for (const mark of PLAIN_FOR_SMS.keys()) expect(mark).not.toMatch(/[\p{Lu}\p{Ll}\p{Lo}\p{N}]/u)
  })

  test.each([...PLAIN_FOR_SMS])('writes %j as %j, which GSM-7 has', (mark, plain) => {
    expect(smsSize(plain).encoding).toBe('gsm7')
    expect(smsSize(mark).encoding).toBe('ucs2')
    expect(plainForSms(`a${mark}b`)).toBe(`a${plain}b`)
    if (!OURS.includes(mark)) expect((SMART[mark] ?? '').replace(/^ +$/, ' ')).toBe(plain)
  })
})
