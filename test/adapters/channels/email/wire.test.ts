import { generateKeyPairSync } from 'node:crypto'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { afterEach, describe, expect, test } from 'vitest'
import type { EmailConfig } from '#adapters/channels/email/email.ts'
import type { Message } from '#core/message/message.ts'
import type { SendResult } from '#ports/channel.ts'
import { contextOf } from '../../../contracts/channel.ts'
import { CHINESE, messageOn } from '../../../core/message/sample.ts'
import type { SmtpServerOptions } from '../../../services/smtp-server.ts'
import { type EmailHarness, openEmail } from './harness.ts'

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const dkim: EmailConfig['dkim'] = {
  domain: 'mail.example.net',
  selector: 'pass',
  privateKey: () => keys.privateKey,
}

/** The zone of the signing domain, as the world would see it. */
const resolver = async (name: string): Promise<string[][]> => {
  if (name !== 'pass._domainkey.mail.example.net') {
    throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
  }
  return [[`v=DKIM1; k=rsa; p=${keys.publicKey.toString('base64')}`]]
}

let harness: EmailHarness
const open = async (over: Partial<EmailConfig> = {}, options?: SmtpServerOptions) => {
  harness = await openEmail(over, options)
  return harness
}
const send = (over: Partial<Message> = {}): Promise<SendResult> => {
  const message = messageOn('email', over)
  return harness.channel.send(harness.channel.render(message), contextOf(message))
}
const raw = (): string => harness.server.received.at(-1)?.raw ?? ''

afterEach(async () => {
  await harness.channel.stop()
  await harness.close()
})

describe('a signed mail', () => {
  test.each([
    ['in English', {}],
    ['in Chinese', CHINESE],
    ['with a long note', { note: 'one more word '.repeat(140) }],
  ])('%s passes DKIM, over both List headers and all that people see', async (_what, over) => {
    await open({ dkim })
    await send(over)
    const { results } = await dkimVerify(raw(), { resolver })
    expect(results).toHaveLength(1)
    const [result] = results
    expect(result?.status.result).toBe('pass')
    expect(result?.signingDomain).toBe('mail.example.net')
    const signed = String(result?.signingHeaders?.keys).toLowerCase().split(/:\s*/)
    expect(signed).toEqual(
      expect.arrayContaining([
        'from',
        'to',
        'subject',
        'date',
        'message-id',
        'content-type',
        'list-unsubscribe',
        'list-unsubscribe-post',
      ]),
    )
  })

  test('promises One-Click, an unsigned one does not', async () => {
    await open({ dkim })
    await send()
    expect(raw()).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m)
    await harness.channel.stop()
    await harness.close()
    await open()
    await send()
    expect(raw()).toMatch(/^List-Unsubscribe: <https:/m)
    expect(raw()).not.toMatch(/List-Unsubscribe-Post/i)
  })

  test('with a key that is none, the connection is down and nothing goes out', async () => {
    await open({ dkim: { ...dkim, privateKey: () => 'not a key' } })
    expect((await send()).outcome).toEqual({
      kind: 'down',
      detail: 'the DKIM key is not a private key',
    })
    expect(harness.server.received).toEqual([])
  })
})

describe('a mail on the wire', () => {
  test('is plain text and HTML, with one of each header, and says nothing of its maker', async () => {
    await open()
    await send({ sender: { displayName: 'Ann Lee', handle: '', replyTo: 'ann@example.org' } })
    const [head = ''] = raw().split(/\r?\n\r?\n/)
    const unfolded = head.replace(/\r?\n[ \t]+/g, ' ')
    const names = unfolded.split(/\r?\n/).map((line) => line.split(':')[0]?.toLowerCase())
    expect(names.toSorted()).toEqual([
      'content-type',
      'date',
      'from',
      'list-unsubscribe',
      'message-id',
      'mime-version',
      'reply-to',
      'subject',
      'to',
    ])
    expect(unfolded).toMatch(/content-type: multipart\/alternative/i)
    expect(raw().indexOf('text/plain')).toBeLessThan(raw().indexOf('text/html'))
  })

  test('has its Message-ID from its delivery, the same at every attempt', async () => {
    await open()
    await send()
    await send()
    const ids = harness.server.received.map((message) => message.messageId)
    expect(ids).toEqual(Array(2).fill('<0Q1abcdXXXXXXXX-3.aB3-dE6_gH9k@mail.example.net>'))
  })

  test('goes to its one recipient, from our own address', async () => {
    await open()
    await send({ recipientName: 'Eve" <eve@example.net>, "Bob' })
    expect(harness.server.received[0]).toMatchObject({
      from: 'share@mail.example.net',
      to: ['bob@example.org'],
    })
  })

  test('cannot be sent elsewhere by what stands in names and titles', async () => {
    await open()
    const evil = 'x\r\nBcc: eve@example.net\r\n\r\n<script>'
    const target = { kind: 'page', url: 'https://example.com/', title: evil } as const
    await send({
      target,
      note: evil,
      recipientName: evil,
      sender: { displayName: evil, handle: evil, replyTo: null },
    })
    const [head = ''] = raw().split(/\r?\n\r?\n/)
    expect(head).not.toMatch(/^bcc:/im)
    expect(harness.server.received[0]?.to).toEqual(['bob@example.org'])
  })
})
