import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const CSS = readFileSync(new URL('../../../src/web/public/base.css', import.meta.url), 'utf8')
const COLOURS = new Map(
  [...CSS.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }],
  ),
)

/** Text on what it stands on: AA asks for 4.5; edges of fields and the focus ring for 3. */
const PAIRS: readonly [string, string, number][] = [
  ...['text', 'muted', 'accent', 'accent-strong', 'bad', 'good', 'doubt'].flatMap(
    (name): [string, string, number][] => [
      [name, 'paper', 4.5],
      [name, 'card', 4.5],
    ],
  ),
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-strong', 4.5],
  ['text', 'tint', 4.5],
  ['accent-strong', 'tint', 4.5],
  ['bad', 'bad-tint', 4.5],
  ['text', 'bad-tint', 4.5],
  ['doubt', 'doubt-tint', 4.5],
  ['text', 'doubt-tint', 4.5],
  ['field', 'paper', 3],
  ['field', 'card', 3],
]

describe('colours', () => {
  it.each(PAIRS)('%s on %s has a contrast of %d in light and dark', (front, back, least) => {
    for (const scheme of ['light', 'dark'] as const) {
      expect(contrast(colour(front, scheme), colour(back, scheme))).toBeGreaterThanOrEqual(least)
    }
  })
})

function colour(name: string, scheme: 'light' | 'dark'): string {
  const known = COLOURS.get(name)
  if (!known) throw new Error(`no colour ${name}`)
  return known[scheme]
}

/** WCAG 2, relative luminance. */
function contrast(one: string, other: string): number {
  const [a = 0, b = 0] = [luminance(one), luminance(other)].sort((x, y) => y - x)
  return (a + 0.05) / (b + 0.05)
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
