import { expect, test } from 'vitest'
import { costOf, priceOf } from '#core/sms-price.ts'

const EUR = (prefix: string, amount: number) => ({ prefix, amount, currency: 'EUR' })

test.each([
  ['+8613800138000', 0.05],
  ['+8613700137000', 0.045],
  ['+14155550123', 0.09],
])('the longest prefix of %s gives its price', (number, amount) => {
  const prices = [EUR('*', 0.09), EUR('+86', 0.045), EUR('+86138', 0.05)]
  expect(priceOf(prices, number, 1)).toEqual({ amount, currency: 'EUR' })
})

test('sums are free of what adding binary fractions leaves behind', () => {
  const messages = Array.from({ length: 3 }, () => ({ number: '+1', segments: 1 }))
  expect(costOf([EUR('*', 0.1)], messages).prices).toEqual([{ amount: 0.3, currency: 'EUR' }])
})

test('a number that is not known any more has no price', () => {
  expect(costOf([EUR('*', 0.1)], [{ number: null, segments: 2 }])).toEqual({
    segments: 2,
    messages: 1,
    prices: [],
    unpriced: 1,
  })
})

test('a free message has a price', () => {
  expect(costOf([EUR('*', 0)], [{ number: '+1', segments: 1 }])).toMatchObject({
    prices: [{ amount: 0, currency: 'EUR' }],
    unpriced: 0,
  })
})
