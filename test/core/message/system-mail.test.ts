import { describe, expect, test } from 'vitest'
import { LOCALES } from '#core/locale.ts'
import { renderEmail } from '#core/message/email.ts'
import { renderSystemMail, type SystemMail } from '#core/message/system-mail.ts'
import { MAIL, messageOn } from './sample.ts'
import { readHtml } from './tags.ts'

const URL = 'https://passalong.example.org/verify?ticket=0123456789ABCDEFGHIJKLMNOPQRSTUV'

type Asked = Extract<SystemMail, { readonly forHours: number }>

const mail = (over: Partial<Asked> = {}) =>
  renderSystemMail(renderEmail(messageOn('email', { recipientName: null }), MAIL), {
    ...{ id: 'x7Yz', kind: 'verify', locale: 'en', username: 'ann', url: URL, forHours: 24 },
    host: 'passalong.example.org',
    ...over,
  })

describe('a mail that an account asked for', () => {
  test('reads in plain text as a short letter, with its link alone on a line', () => {
    expect(mail().text).toBe(`The account ann at Passalong (passalong.example.org) gave this email
address as its own. If that was you, confirm it:

This is my email address:
${URL}

The link works once, for 24 hours.

-- 
Was it not you? Then do nothing: the address stays unconfirmed. Mail
that answers this one reaches nobody.
`)
  })

  test('comes from the service, to the mailbox, and asks responders to be quiet', () => {
    expect(mail()).toMatchObject({
      from: { name: 'Passalong', address: MAIL.fromAddress },
      to: { name: null, address: 'bob@example.org' },
      replyTo: null,
      messageId: `<account-x7Yz@${MAIL.messageIdDomain}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'OOF, AutoReply' },
    })
  })

  test.each(
    LOCALES.flatMap((locale) =>
      (['verify', 'reset'] as const).map((kind) => [kind, locale] as const),
    ),
  )(
    'to %s says in %s in both bodies what the link is for, and nothing of a share',
    (kind, locale) => {
      const made = mail({ kind, locale, forHours: 1 })
      const { tags, text } = readHtml(made.html)
      const links = tags.filter(({ name }) => name === 'a').map(({ attributes }) => attributes.href)
      expect(links).toEqual([URL, URL])
      for (const body of [made.text, text]) {
        expect(body).toContain('ann')
        expect(body).toContain(URL)
        expect(body).not.toContain('A long walk')
      }
      expect(made.html).toContain(`<html lang="${locale}">`)
      expect(made.subject).toContain('Passalong')
    },
  )
})

test('a notice says what has changed, when and where, and what to do about it', () => {
  const made = renderSystemMail(renderEmail(messageOn('email', { recipientName: null }), MAIL), {
    ...{ id: 'x7Yz', kind: 'notice', locale: 'en', username: 'ann' },
    ...{ url: 'https://passalong.example.org/account/security', host: 'passalong.example.org' },
    news: '@eve <b>on</b> Telegram was linked.',
    at: 'December 1, 2026 at 7:04 AM UTC',
  })
  expect(made.subject).toBe('Passalong: a change in your account')
  expect(made.text).toBe(`@eve <b>on</b> Telegram was linked. This was on December 1, 2026 at 7:04
AM UTC, in the account ann at Passalong (passalong.example.org).

Look at my account:
https://passalong.example.org/account/security

Was it you? Then there is nothing to do. If not, set a new password
there now, and unlink every chat that you do not know.

-- 
Mail that answers this one reaches nobody.
`)
  expect(made.html).toContain('@eve &lt;b&gt;on&lt;/b&gt; Telegram')
})
