import { getCountries, getExampleNumber } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { describe, expect, test } from 'vitest'
import { phoneAddress } from '#adapters/channels/sms/inbound.ts'
import { readPhoneNumber } from '#core/phone-number.ts'

const read = (text: string, region?: string) => phoneAddress(text, region)?.value

describe('the sender of an inbound message', () => {
  test.each([
    ['+8613800138000', undefined, '+8613800138000'],
    ['8613800138000', undefined, '+8613800138000'],
    ['８６１３８００１３８０００', undefined, '+8613800138000'],
    ['008613800138000', undefined, '+8613800138000'],
    ['008613800138000', 'US', '+8613800138000'],
    ['13800138000', 'CN', '+8613800138000'],
    ['8613800138000', 'CN', '+8613800138000'],
    ['4917612345678', 'CN', '+4917612345678'],
    ['01761234567', 'DE', '+491761234567'],
    // Each of these is a possible landline of the region too.
    ['4915123456789', 'DE', '+4915123456789'],
    ['8613800138000', 'DE', '+8613800138000'],
    ['14155552671', 'DE', '+14155552671'],
    ['8613800138000', 'ID', '+8613800138000'],
    ['436641234567', 'AT', '+436641234567'],
    // A mobile number of the region that starts with the region's own code.
    ['3912345678', 'IT', '+393912345678'],
    ['10690', 'CN', undefined],
    ['10690', undefined, undefined],
    ['+8610690', undefined, undefined],
    ['BANK', undefined, undefined],
    ['', undefined, undefined],
    ['+8613800138000;ext=5', undefined, undefined],
    ['\u0000', 'CN', undefined],
    ['9'.repeat(5_000), 'CN', undefined],
  ])('%j, read in %s, is %s', (written, region, number) => {
    expect(read(written, region)).toBe(number)
  })
})

describe('a mobile number of any country', () => {
  const numbers = getCountries().flatMap((country) => {
    const number = getExampleNumber(country, examples)
    return number ? [{ country, e164: number.number, national: number.nationalNumber }] : []
  })
  const isMobile = (e164: string): boolean => /MOBILE/.test(readPhoneNumber(e164)?.type ?? '')

  test('without +, is read as it is wherever it cannot be a mobile number of the region', () => {
    const wrong: string[] = []
    let ambiguous = 0
    for (const region of getCountries()) {
      for (const { e164 } of numbers) {
        const got = read(e164.slice(1), region)
        if (got === e164) continue
        const own = readPhoneNumber(e164.slice(1), region)
        if (own?.valid && isMobile(own.e164) && got === own.e164) ambiguous++
        else wrong.push(`${e164} in ${region}: ${got}`)
      }
    }
    expect(wrong).toEqual([])
    // 510 of 59,000 when this was written.
    expect(ambiguous).toBeLessThan(0.01 * numbers.length * getCountries().length)
  }, 120_000)

  test('is read in its own country, with the code and without', () => {
    const wrong = numbers.filter(
      ({ country, e164, national }) =>
        read(e164.slice(1), country) !== e164 || read(national, country) !== e164,
    )
    expect(wrong).toEqual([])
  })
})
