import { DomUtils, parseDocument } from 'htmlparser2'
import { describe, expect, it } from 'vitest'
import type { Rendered } from '#core/message/message.ts'
import { textsFor } from '#locales/texts.ts'
import { messageView } from '#web/pages/message-view.ts'
import type { PageView } from '#web/pages/view.ts'

const VIEW: PageView = {
  locale: 'en',
  texts: textsFor('en'),
  account: null,
  csrf: '',
  here: '/',
  now: 0,
  timeZone: 'UTC',
  zoneKnown: true,
  baseUrl: 'http://localhost',
  signUp: 'invite',
  outbox: true,
  banners: [],
}
const HOSTILE = '<img src=x onerror=alert(1)> "quotes" & \'more\''

function draw(rendered: Rendered) {
  const { children } = parseDocument(messageView(VIEW, rendered, '/outbox/x/mail').toString())
  return {
    text: DomUtils.textContent(children),
    tags: (name: string) => DomUtils.getElementsByTagName(name, children, true),
  }
}

describe('a message in the shape of its device', () => {
  const all: readonly Rendered[] = [
    { channel: 'sms', to: HOSTILE, text: HOSTILE, encoding: 'gsm7', segments: 1 },
    {
      channel: 'wap-push',
      to: HOSTILE,
      title: HOSTILE,
      href: 'http://localhost/r/x',
      siId: 'x',
      expiresAt: null,
      action: 'signal-medium',
      segments: 2,
    },
    { channel: 'matrix', to: HOSTILE, body: HOSTILE, formattedBody: HOSTILE },
    { channel: 'carry', to: HOSTILE, text: HOSTILE },
    {
      channel: 'email',
      to: { name: HOSTILE, address: 'bob@example.org' },
      from: { name: HOSTILE, address: 'pass@example.org' },
      replyTo: null,
      subject: HOSTILE,
      text: HOSTILE,
      html: HOSTILE,
      messageId: '<x@example.org>',
      headers: { 'X-Odd': HOSTILE },
    },
    {
      channel: 'telegram',
      to: HOSTILE,
      text: HOSTILE,
      entities: [
        { type: 'bold', offset: 0, length: 5 },
        { type: 'text_link', offset: 6, length: 3, url: 'javascript:alert(1)' },
        { type: 'italic', offset: 2, length: 900 },
      ],
      previewUrl: null,
      buttons: [{ kind: 'url', label: HOSTILE, url: 'javascript:alert(1)' }],
    },
    {
      channel: 'slack',
      to: HOSTILE,
      text: HOSTILE,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: HOSTILE } },
        { type: 'section', text: { type: 'mrkdwn', text: '<javascript:alert(1)|x> <b>' } },
        {
          type: 'actions',
          elements: [
            { type: 'button', text: { type: 'plain_text', text: HOSTILE }, url: 'javascript:x' },
            null,
            7,
          ].filter(Boolean),
        },
      ],
    },
  ]

  it.each(all)('shows hostile text as text on $channel', (rendered) => {
    const { text, tags } = draw(rendered)
    expect(text).toContain('onerror=alert(1)')
    for (const name of ['img', 'script', 'b']) expect(tags(name)).toEqual([])
    for (const link of tags('a')) expect(link.attribs.href).toMatch(/^https?:/)
  })

  it("shows Telegram's words and buttons as its apps do", () => {
    const { tags, text } = draw({
      channel: 'telegram',
      to: '4711',
      text: '👋 Ann sent you a link',
      entities: [{ type: 'bold', offset: 3, length: 3 }],
      previewUrl: null,
      buttons: [
        { kind: 'url', label: 'Open', url: 'https://pass.example.org/r/x' },
        { kind: 'stop', label: 'Stop', token: 'x' },
      ],
    })
    expect(DomUtils.textContent(tags('strong').slice(-1))).toBe('Ann')
    expect(tags('a').map((a) => a.attribs.href)).toEqual(['https://pass.example.org/r/x'])
    expect(text).toContain('👋 Ann sent you a link')
  })

  it("shows Slack's links, bold, quotes and escapes as its apps do", () => {
    const text = '*Title*\n> said &lt;so&gt;\n<https://pass.example.org/r/x?a=1&amp;b=2|Open>'
    const { tags, text: seen } = draw({
      channel: 'slack',
      to: 'T1/U1',
      text: '',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }],
    })
    expect(tags('a').map((a) => a.attribs.href)).toEqual(['https://pass.example.org/r/x?a=1&b=2'])
    expect(seen).toContain('said <so>')
    expect(seen).not.toContain('*')
  })
})
