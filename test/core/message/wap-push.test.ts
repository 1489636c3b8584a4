import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderWapPush } from '#core/message/wap-push.ts'
import { anyMessage } from './hostile.ts'
import { LINK, messageOn, PHONE } from './sample.ts'

describe('a WAP push', () => {
  test('shows sender and note, and opens the link', () => {
    expect(renderWapPush(messageOn('wap-push', { note: 'look at this' }))).toEqual({
      channel: 'wap-push',
      to: '+8613800138000',
      title: 'Ann Lee (@annlee): look at this (Text STOP to end)',
      href: LINK,
      siId: '0Q1abcdXXXXXXXX-3',
      action: 'signal-medium',
      expiresAt: null,
      segments: 2,
    })
  })

  test('names the number with its access code', () => {
    const { title } = renderWapPush(messageOn('wap-push', { target: PHONE }))
    expect(title).toContain('+861065001234,,7788#')
  })

  test('whatever people write: one line, few segments, the link whole', () => {
    fc.assert(
      fc.property(anyMessage('wap-push'), (message) => {
        const rendered = renderWapPush(message)
        expect(rendered.href).toBe(LINK)
        expect(rendered.segments).toBeLessThanOrEqual(3)
        expect(rendered.title).not.toMatch(/\p{Cc}/u)
        expect(rendered.title.isWellFormed()).toBe(true)
      }),
    )
  })
})
