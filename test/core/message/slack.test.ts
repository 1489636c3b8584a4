import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RenderedSlack } from '#core/message/message.ts'
import { escapeSlack, MAX_SLACK_SECTION, renderSlack } from '#core/message/slack.ts'
import { anyMessage } from './hostile.ts'
import { LINK, messageOn, PHONE } from './sample.ts'

interface TextBlock {
  readonly type: string
  readonly text?: { readonly type: string; readonly text: string; readonly verbatim: boolean }
  readonly elements?: readonly { readonly text: unknown; readonly url?: string }[]
}

const blocksOf = (rendered: RenderedSlack) => rendered.blocks as unknown as readonly TextBlock[]
const sections = (rendered: RenderedSlack): string[] =>
  blocksOf(rendered).flatMap((block) => (block.text ? [block.text.text] : []))

describe('a Slack message', () => {
  test('is lead, quoted note, card, button and footer', () => {
    const rendered = renderSlack(messageOn('slack', { note: 'look\nhere' }))
    expect(rendered.text).toBe('Ann Lee (@annlee): look here')
    expect(sections(rendered)).toEqual([
      'Ann Lee (@annlee) sent you a link:',
      '> look\n> here',
      `*A long walk in the hills*\nTwo friends, one map, no signal: what they found on the way.\nnews.example.com\n<${LINK}>`,
    ])
    expect(blocksOf(rendered)[3]?.elements?.[0]?.url).toBe(LINK)
    expect(blocksOf(rendered)[4]?.type).toBe('context')
  })

  test('lets nobody be mentioned and no link be dressed up', () => {
    const note = '<!channel> <@U1> <https://evil.example|your bank> & more'
    const [, quoted] = sections(renderSlack(messageOn('slack', { note })))
    expect(quoted).toBe(
      '> &lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|your bank&gt; &amp; more',
    )
  })

  test('shows the number to call', () => {
    const card = sections(renderSlack(messageOn('slack', { target: PHONE, preview: null })))[2]
    expect(card).toContain('*+861065001234,,7788#*')
  })

  test('does not break bold by a sign in the title', () => {
    const target = { ...messageOn('slack').target, title: '5 * 5' }
    expect(sections(renderSlack(messageOn('slack', { target })))[2]).toMatch(/^5 \* 5\n/)
  })

  test('whatever people write: in the limits, and angle brackets are ours alone', () => {
    fc.assert(
      fc.property(anyMessage('slack'), (message) => {
        const rendered = renderSlack(message)
        expect(rendered.blocks.length).toBeLessThanOrEqual(50)
        for (const block of blocksOf(rendered)) {
          if (!block.text) continue
          expect(block.text.verbatim).toBe(true)
          expect(block.text.text.length).toBeGreaterThan(0)
          expect(block.text.text.length).toBeLessThanOrEqual(MAX_SLACK_SECTION)
          expect(block.text.text.isWellFormed()).toBe(true)
          const links = block.text.text.match(/<[^>]*>/g) ?? []
          expect(links.every((link) => link === `<${escapeSlack(LINK)}>`)).toBe(true)
        }
        expect(sections(rendered).at(-1)).toContain(`<${LINK}>`)
        expect(rendered.text).not.toMatch(/[<>]/)
      }),
    )
  })
})
