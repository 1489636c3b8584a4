import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shortenToFit } from '#core/message/shorten.ts'
import { anyText } from './hostile.ts'

const within = (max: number) => (text: string) => text.length <= max

describe('shortenToFit', () => {
  test('leaves alone what fits', () => {
    expect(shortenToFit('all of it', within(9))).toBe('all of it')
  })

  test('cuts at a word and says that something is missing', () => {
    expect(shortenToFit('one two three four', within(12))).toBe('one two…')
  })

  test('cuts inside a word where none ends near', () => {
    expect(shortenToFit('a Donaudampfschifffahrtsgesellschaft', within(12))).toBe('a Donaudamp…')
  })

  test('cuts Chinese between characters, not after a comma', () => {
    expect(shortenToFit('今天天气很好，我们出去走走吧', within(8))).toBe('今天天气很好…')
  })

  test('is empty where there is no room at all', () => {
    expect(shortenToFit('anything', within(1))).toBe('')
  })

  test('never cuts what reads as one character', () => {
    const family = '👩‍👩‍👧‍👦'
    expect(shortenToFit(family.repeat(3), within(family.length + 3))).toBe(`${family}…`)
  })

  test('takes no longer for a text that is all spaces', () => {
    const text = `a${' '.repeat(100_000)}b`
    const begun = performance.now()
    expect(shortenToFit(text, within(6_000))).toBe('a…')
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  test('keeps within the limit, begins like the text and is well formed, whatever the text', () => {
    fc.assert(
      fc.property(anyText, fc.nat(200), (text, max) => {
        const well = text.toWellFormed()
        const short = shortenToFit(well, within(max))
        expect(short.length).toBeLessThanOrEqual(max)
        expect(short.isWellFormed()).toBe(true)
        expect(short === well || well.startsWith(short.slice(0, -1))).toBe(true)
      }),
    )
  })
})
