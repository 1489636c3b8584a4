import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderEmail } from '#core/message/email.ts'
import type { Message } from '#core/message/message.ts'
import { anyMessage } from './hostile.ts'
import { CHINESE, LINK, MAIL, messageOn, PHONE } from './sample.ts'
import { readHtml } from './tags.ts'

const mail = (over: Partial<Message> = {}, identity = MAIL) =>
  renderEmail(messageOn('email', over), identity)

describe('a mail', () => {
  test('reads in plain text as a short letter', () => {
    expect(mail().text).toBe(`Hi Bob,

Ann Lee (@annlee) sent you a link:

> look at this, we should go there in spring

A long walk in the hills
Two friends, one map, no signal: what they found on the way.
news.example.com

${LINK}

-- 
You get this because Ann Lee wrote to you with Passalong.
Ann Lee can see when you open the link.
Stop these messages:
https://go.example.net/u/0Q1abcdXXXXXXXX-3-0123456789abcdef
`)
  })

  test('comes from the sender by way of us, and says so', () => {
    expect(mail()).toMatchObject({
      from: { name: 'Ann Lee via Passalong', address: 'share@mail.example.net' },
      to: { name: 'Bob', address: 'bob@example.org' },
      subject: 'Ann Lee: A long walk in the hills',
      messageId: '<0Q1abcdXXXXXXXX-3.aB3-dE6_gH9k@mail.example.net>',
    })
    expect(mail({}, { ...MAIL, fromName: 'Hill Club' }).from.name).toBe('Ann Lee via Hill Club')
  })

  test('reads in Chinese', () => {
    expect(mail(CHINESE)).toMatchObject({ subject: '李安：春天的山路' })
    expect(mail(CHINESE).text).toContain('小明，你好：\n\n李安（@annlee）给你发来一个链接：')
    expect(mail(CHINESE).html).toContain('<html lang="zh-CN">')
  })

  test('wraps the note and leaves the link alone on its line', () => {
    const note = 'some words that go on and on '.repeat(10)
    const lines = mail({ note }).text.split('\n')
    expect(lines).toContain(LINK)
    expect(lines.every((line) => line.length <= 72 || /^https:\S+$/.test(line))).toBe(true)
  })

  test('does not say that opens are seen where they are not', () => {
    expect(mail({ tracked: false }).text).not.toContain('can see')
    expect(mail({ tracked: false }).html).not.toContain('can see')
  })

  test('shows the number to call, dialable', () => {
    const phone = mail({ target: PHONE, preview: null })
    expect(phone.subject).toBe('Ann Lee: Weekly call')
    expect(phone.text.split('\n')).toContain('+861065001234,,7788#')
    expect(phone.html).toContain('<a href="tel:+861065001234,,7788%23">+861065001234,,7788#</a>')
  })

  test('makes a subject where there is no title', () => {
    const page = { kind: 'page', url: 'https://example.com/a', title: '' } as const
    expect(mail({ target: page, preview: null }).subject).toBe('Ann Lee: example.com')
    const phone = { ...PHONE, title: '' }
    expect(mail({ target: phone, preview: null }).subject).toBe('Ann Lee: a number to call')
  })

  test('can always be unsubscribed from, by One-Click where that can hold', () => {
    const { stop } = messageOn('email')
    const list = `<${stop.url}>`
    expect(mail().headers).toMatchObject({
      'List-Unsubscribe': list,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
    const weaker = [
      mail({}, { ...MAIL, signed: false }),
      mail({ stop: { ...stop, oneClick: false } }),
      mail({ stop: { ...stop, url: 'http://localhost:8080/u/x' } }),
    ]
    for (const { headers } of weaker) {
      expect(headers['List-Unsubscribe']).toMatch(/^<http/)
      expect(headers).not.toHaveProperty('List-Unsubscribe-Post')
    }
  })

  test('asks responders to be quiet only where nobody reads their answers', () => {
    const sender = { displayName: 'Ann Lee', handle: 'ann@example.org', replyTo: 'ann@example.org' }
    expect(mail().headers).toHaveProperty('Auto-Submitted')
    expect(mail({ sender }).headers).not.toHaveProperty('Auto-Submitted')
    expect(mail({ sender }).replyTo).toBe('ann@example.org')
  })

  test('needs no image, table or script, and knows of dark mode', () => {
    const { tags } = readHtml(mail().html)
    const names = new Set(tags.map((tag) => tag.name))
    for (const name of ['img', 'table', 'script', 'iframe', 'form'])
      expect(names).not.toContain(name)
    expect(mail().html).toContain('<meta name="color-scheme" content="light dark">')
    expect(mail().html).toContain('prefers-color-scheme:dark')
  })

  test('whatever people write: headers in one line, and HTML of our own making', () => {
    const shapes = new Set<string>()
    fc.assert(
      fc.property(anyMessage('email'), (message) => {
        const rendered = renderEmail(message, MAIL)
        const lines = [rendered.subject, rendered.from.name, rendered.to.name ?? '']
        for (const line of lines) expect(line).not.toMatch(/\p{Cc}/u)
        expect(rendered.subject.length).toBeLessThanOrEqual(150)
        expect(rendered.text.split('\n')).toContain(LINK)
        expect(rendered.text.isWellFormed() && rendered.html.isWellFormed()).toBe(true)
        for (const { name, attributes } of readHtml(rendered.html).tags) {
          shapes.add(`${name}[${Object.keys(attributes)}]`)
          const tel = message.target.kind === 'phone' ? [message.target.url] : []
          const own = [LINK, message.stop.url, ...tel.filter((url) => /^tel:/.test(url))]
          if (name === 'a') expect(own).toContain(attributes.href)
        }
      }),
    )
    expect([...shapes].sort()).toEqual([
      'a[class,href]',
      'a[href]',
      'blockquote[]',
      'body[]',
      'br[]',
      'div[class]',
      'head[]',
      'html[lang]',
      'meta[charset]',
      'meta[name,content]',
      'p[]',
      'p[class]',
      'strong[]',
      'style[]',
      'title[]',
    ])
  })
})
