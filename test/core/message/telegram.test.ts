import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DeliveryId } from '#core/ids.ts'
import {
  MAX_TELEGRAM_TEXT,
  readStopData,
  renderTelegram,
  stopData,
} from '#core/message/telegram.ts'
import { createKeys } from '#engine/keys.ts'
import { anyMessage } from './hostile.ts'
import { LINK, messageOn, PHONE } from './sample.ts'

const cut = (rendered: ReturnType<typeof renderTelegram>) =>
  rendered.entities.map(({ type, offset, length }) => [
    type,
    rendered.text.slice(offset, offset + length),
  ])

describe('a Telegram message', () => {
  test('marks name, note and title by entities', () => {
    const rendered = renderTelegram(messageOn('telegram', { note: 'look *here*' }))
    expect(rendered.text).toBe(
      [
        'Ann Lee (@annlee) sent you a link:',
        'look *here*',
        'A long walk in the hills\nnews.example.com',
        LINK,
        'Ann Lee can see when you open the link.',
      ].join('\n\n'),
    )
    expect(cut(rendered)).toEqual([
      ['bold', 'Ann Lee'],
      ['blockquote', 'look *here*'],
      ['bold', 'A long walk in the hills'],
      ['italic', 'Ann Lee can see when you open the link.'],
    ])
  })

  test('counts offsets in UTF-16 units', () => {
    const sender = { displayName: '👩‍👧 Ann', handle: '', replyTo: null }
    expect(cut(renderTelegram(messageOn('telegram', { sender, note: '😀😀' })))).toContainEqual([
      'blockquote',
      '😀😀',
    ])
  })

  test('has a button to open and one to stop, which fits a callback', () => {
    const { buttons, previewUrl } = renderTelegram(messageOn('telegram'))
    expect(previewUrl).toBe(LINK)
    expect(buttons).toEqual([
      { kind: 'url', label: 'Open the link', url: LINK },
      {
        kind: 'stop',
        label: 'Stop these messages',
        token: '0Q1abcdXXXXXXXX-3-0123456789abcdef',
      },
    ])
  })

  test.each(['http://localhost:8080/r/a', 'http://127.0.0.1/r/a', 'http://[::1]:8080/r/a'])(
    'has no button to open %s, which Telegram would refuse',
    (link) => {
      const rendered = renderTelegram(messageOn('telegram', { link }))
      expect(rendered.buttons.map((button) => button.kind)).toEqual(['stop'])
      expect(rendered.previewUrl).toBeNull()
      expect(rendered.text).toContain(link)
    },
  )

  test('has no button to stop where nobody could, as in an alert', () => {
    const stop = { ...messageOn('telegram').stop, url: 'https://passalong.example.org/' }
    const { buttons } = renderTelegram(messageOn('telegram', { stop }))
    expect(buttons.map((button) => button.kind)).toEqual(['url'])
  })

  test('what the button to stop calls back with fits, and is read again', () => {
    const token = createKeys('a secret').stopToken('0Q1abcdXXXXXXXX-999999' as DeliveryId)
    expect(new TextEncoder().encode(stopData(token)).length).toBeLessThanOrEqual(64)
    expect(readStopData(stopData(token))).toBe(token)
    for (const other of ['', 'stop:', 'stop:a b', 'send:1', `stop:${'a'.repeat(60)}`])
      expect(readStopData(other)).toBeNull()
  })

  test('shows the number to call', () => {
    const { text } = renderTelegram(messageOn('telegram', { target: PHONE, preview: null }))
    expect(text.split('\n')).toContain('+861065001234,,7788#')
  })

  test('whatever people write: within the limit, the link whole, entities inside the text', () => {
    fc.assert(
      fc.property(anyMessage('telegram'), (message) => {
        const { text, entities } = renderTelegram(message)
        expect(text.length).toBeLessThanOrEqual(MAX_TELEGRAM_TEXT)
        expect(text.isWellFormed()).toBe(true)
        expect(text.split('\n')).toContain(LINK)
        for (const { offset, length } of entities) {
          const marked = text.slice(offset, offset + length)
          expect(marked.length).toBe(length)
          expect(marked).toBe(marked.trim())
          expect(length).toBeGreaterThan(0)
          expect(marked.isWellFormed()).toBe(true)
        }
      }),
    )
  })
})
