import { expect, test } from 'vitest'
import { createShownScreens } from '#conversation/shown-screens.ts'

const chat = { id: 'with 1', kind: 'private' } as const
const screen = (text: string) => ({ body: [{ text }], buttons: [] })

test('a message shows what was written there last', () => {
  const screens = createShownScreens()
  expect(screens.shows(chat, 'm1', screen('a'))).toBe(false)
  screens.note(chat, 'm1', screen('a'))
  expect(screens.shows(chat, 'm1', screen('a'))).toBe(true)
  expect(screens.shows(chat, 'm1', screen('b'))).toBe(false)
  expect(screens.shows({ ...chat, id: 'with 2' }, 'm1', screen('a'))).toBe(false)
  screens.forget(chat, 'm1')
  expect(screens.shows(chat, 'm1', screen('a'))).toBe(false)
})
