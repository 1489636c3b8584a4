import { describe, expect, it } from 'vitest'
import { LOCALES } from '#core/locale.ts'
import { type Answer, renderSmsAnswer } from '#core/message/answer.ts'
import type { RenderedEmail } from '#core/message/message.ts'
import { renderReplyMail } from '#core/message/reply-mail.ts'
import { smsSize } from '#core/message/segments.ts'

const PAGE = `https://pass.example.org/u/0Qz8fE3abcdefgh-12-${'m'.repeat(16)}`
const KINDS: readonly Answer['kind'][] = ['stop', 'start', 'help']
const answers = LOCALES.flatMap((locale) => KINDS.map((kind) => ({ locale, kind })))
const common = { to: '+8613800138000', host: 'pass.example.org' }

describe('an answer by text', () => {
  it.each(answers)(
    'says who writes, holds the page whole, and takes two segments: $kind, $locale',
    (one) => {
      const sms = renderSmsAnswer({ ...one, ...common, pageUrl: PAGE })
      expect(sms).toMatchObject({ channel: 'sms', to: common.to, ...smsSize(sms.text) })
      expect(sms.text).toContain('Passalong')
      expect(sms.text).toContain(PAGE)
      expect(sms.segments).toBeLessThanOrEqual(2)
    },
  )

  it.each(answers)('leads nowhere where nobody wrote to them: $kind, $locale', (one) => {
    const sms = renderSmsAnswer({ ...one, ...common, pageUrl: null })
    expect(sms.text).not.toContain('http')
    expect(sms.segments).toBe(1)
  })
})

describe('the mail that passes a reply on', () => {
  const envelope: RenderedEmail = {
    channel: 'email',
    to: { name: 'Bob', address: 'bob@example.com' },
    from: { name: 'mum via Passalong', address: 'pass@example.org' },
    replyTo: 'somebody@example.org',
    subject: 'x',
    text: 'x',
    html: 'x',
    messageId: '<share-0@example.org>',
    headers: { 'List-Unsubscribe': '<https://x>' },
  }
  const reply = {
    id: 'a'.repeat(32),
    who: 'mum\r\nBcc: eve@example.org',
    text: 'Hi "<script>"\nbye & thanks',
    title: 'A <b>page</b>',
    url: 'https://pass.example.org/shares/1',
  }

  it.each(LOCALES)('is only words, whatever was written: %s', (locale) => {
    const mail = renderReplyMail(envelope, { ...reply, locale })
    expect(mail).toMatchObject({ to: envelope.to, from: envelope.from, replyTo: null })
    expect(mail.messageId).toBe(`<reply-${reply.id}@example.org>`)
    expect(mail.headers).not.toHaveProperty('List-Unsubscribe')
    expect(mail.subject).not.toMatch(/[\r\n]/)
    expect(mail.html).not.toMatch(/<script>|<b>/)
    expect(mail.html).toContain('&lt;script&gt;')
    expect(mail.text).toContain('> Hi "<script>"\n> bye & thanks')
    expect(mail.text).toContain(reply.url)
  })

  it('stays bounded', () => {
    const text = 'word '.repeat(400).trim()
    const mail = renderReplyMail(envelope, { ...reply, text, title: 't'.repeat(300), locale: 'en' })
    expect(mail.subject.length).toBeLessThanOrEqual(150)
    expect(mail.text.split('\n').every((line) => line.length <= 200)).toBe(true)
  })
})
