import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderMatrix } from '#core/message/matrix.ts'
import { anyMessage } from './hostile.ts'
import { LINK, messageOn, PHONE } from './sample.ts'
import { readHtml } from './tags.ts'

/** Of what the Matrix specification lets clients show, the elements that are used. */
const ALLOWED = new Set(['p', 'blockquote', 'strong', 'em', 'br', 'a'])

describe('a Matrix message', () => {
  test('says the same in plain text and in HTML', () => {
    const { body, formattedBody } = renderMatrix(messageOn('matrix', { note: 'look & see' }))
    expect(body).toContain('> look & see')
    expect(formattedBody).toContain('<blockquote>look &amp; see</blockquote>')
    expect(formattedBody).toContain(`<a href="${LINK}">${LINK}</a>`)
  })

  test('shows the number to call', () => {
    const rendered = renderMatrix(messageOn('matrix', { target: PHONE, preview: null }))
    expect(rendered.body.split('\n')).toContain('+861065001234,,7788#')
    expect(rendered.formattedBody).toContain('<strong>+861065001234,,7788#</strong>')
  })

  test('whatever people write: no element, link or event of theirs, and an event that fits', () => {
    fc.assert(
      fc.property(anyMessage('matrix'), (message) => {
        const { body, formattedBody } = renderMatrix(message)
        const { tags } = readHtml(formattedBody)
        for (const { name, attributes } of tags) {
          expect(ALLOWED.has(name)).toBe(true)
          expect(Object.keys(attributes)).toEqual(name === 'a' ? ['href'] : [])
          if (name === 'a') expect([LINK, message.stop.url]).toContain(attributes.href)
        }
        expect(body.split('\n')).toContain(LINK)
        expect(Buffer.byteLength(JSON.stringify({ body, formattedBody }))).toBeLessThan(60_000)
      }),
    )
  })
})
