import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type ReturnedMail, readReturnedMail } from '#adapters/channels/email/bounce.ts'
import type { HookRequest } from '#ports/channel.ts'
import { all } from '#test/fixtures/engine.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'
import { type EmailHarness, openEmail } from './harness.ts'

const OURS = '<0Q1abcdXXXXXXXX-3.aB3-dE6_gH9k@mail.example.net>'

interface Parts {
  /** Fields of the block on the recipient. */
  readonly fields?: readonly string[]
  readonly head?: readonly string[]
  /** What is returned of the mail, with its content type. */
  readonly copy?: readonly [type: string, text: string] | null
  readonly eol?: string
}

/** A report in the form of RFC 3464, section 2, as its appendices show it. */
function report({
  fields = ['Action: failed', 'Status: 5.1.1', 'Diagnostic-Code: smtp; 550 5.1.1 user unknown'],
  head = [],
  copy = ['message/rfc822', `From: share@example.net\nMessage-ID: ${OURS}\nSubject: x\n\nhello\n`],
  eol = '\n',
}: Parts = {}): string {
  const boundary = 'RAA14128.773615765/CS.UTK.EDU'
  const part = (type: string, text: string) => `--${boundary}\nContent-Type: ${type}\n\n${text}\n`
  return [
    'From: Mail Delivery Subsystem <MAILER-DAEMON@example.org>',
    'Subject: Returned mail: Cannot send message for 5 days',
    'Auto-Submitted: auto-generated',
    ...head,
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    '',
    part('text/plain', 'The original message could not be delivered.'),
    part(
      'message/delivery-status',
      `Reporting-MTA: dns; example.org\n\nFinal-Recipient: rfc822; bob@example.org\n${fields.join('\n')}\n`,
    ),
    ...(copy ? [part(...copy)] : []),
    `--${boundary}--\n`,
  ]
    .join('\n')
    .replaceAll('\n', eol)
}

const read = (mail: string): Promise<ReturnedMail> => readReturnedMail(Buffer.from(mail))

describe('a report of a mail that could not be delivered', () => {
  test.each([
    ['5.1.1', '550 5.1.1 user unknown', 'no_such_recipient', true],
    ['5.1.10', '550 5.1.10 RESOLVER.ADR.RecipientNotFound', 'no_such_recipient', true],
    ['5.0.0', '550 no such user here', 'no_such_recipient', true],
    ['5.2.2', '552 5.2.2 mailbox full', 'mailbox_full', false],
    ['5.7.1', '550 5.7.1 blocked by policy', 'blocked', false],
    ['5.3.4', '552 5.3.4 message too big', 'too_large', false],
    ['5.6.0', '554 5.6.0 bad content', 'bad_content', false],
    ['5.4.4', '', 'bounced', false],
    ['5.1.2', '', 'no_such_recipient', true],
    ['4.4.7', '', 'not_reachable', false],
    ['4.4.1', '421 4.4.1 connection timed out', 'not_reachable', false],
    ['5.5.0', '450 4.2.0 greylisted to the end', 'not_reachable', false],
  ])('%s %s is %s, suppressed: %s', async (status, said, reason, suppress) => {
    const diagnostic = said ? [`Diagnostic-Code: smtp; ${said}`] : []
    const returned = await read(
      report({ fields: ['Action: failed', `Status: ${status}`, ...diagnostic] }),
    )
    if (returned.kind !== 'report') throw new Error(returned.kind)
    const { messageId, verdict } = returned.report
    expect(messageId).toBe(OURS)
    expect(verdict).toMatchObject({ state: 'failed', reason, detail: said || status })
    expect(verdict.suppress ?? false).toBe(suppress)
  })

  test.each<[string, Parts]>([
    ['lines end as on the wire', { eol: '\r\n' }],
    [
      'the headers alone came back',
      { copy: ['text/rfc822-headers', `Message-ID: ${OURS}\nSubject: x\n`] },
    ],
    ['nothing came back but what it answers to', { copy: null, head: [`In-Reply-To: ${OURS}`] }],
    ['it only refers to ours', { copy: null, head: [`References: <other@example.org> ${OURS}`] }],
    [
      'names of fields are in any case, lines folded',
      {
        fields: [
          'ACTION: Failed',
          'status: 5.1.1',
          'diagnostic-code: SMTP;\n 550 5.1.1\n\tuser unknown',
        ],
      },
    ],
    [
      'another block says that it was relayed',
      { fields: ['Action: relayed\n\nAction: failed\nStatus: 5.1.1'] },
    ],
  ])('is read where %s', async (_how, parts) => {
    expect(await read(report(parts))).toMatchObject({
      kind: 'report',
      report: { messageId: OURS, verdict: { state: 'failed', reason: 'no_such_recipient' } },
    })
  })

  test('in the older form of Exim is read too', async () => {
    const mail = [
      'X-Failed-Recipients: bob@example.org',
      'Auto-Submitted: auto-replied',
      'From: Mail Delivery System <Mailer-Daemon@example.org>',
      `In-Reply-To: ${OURS}`,
      'Content-Type: text/plain',
      '',
      'A message that you sent could not be delivered.',
      '',
      '  bob@example.org',
      '    SMTP error from remote mail server after RCPT TO:<bob@example.org>:',
      '    550 5.1.1 unknown user',
    ].join('\n')
    expect(await read(mail)).toMatchObject({
      kind: 'report',
      report: { messageId: OURS, verdict: { reason: 'no_such_recipient', suppress: true } },
    })
  })

  test('that it arrived is a receipt as well', async () => {
    expect(await read(report({ fields: ['Action: delivered', 'Status: 2.0.0'] }))).toMatchObject({
      kind: 'report',
      report: { messageId: OURS, verdict: { state: 'delivered' } },
    })
  })
})

describe('what teaches nothing', () => {
  test.each<[ReturnedMail['kind'], string]>([
    ['delay', report({ fields: ['Action: delayed', 'Status: 4.4.1'] })],
    ['unknown', report({ copy: null })],
    ['unknown', report({ copy: ['message/rfc822', 'Message-ID: <a@spam.example>\n\nbuy'] })],
    ['unknown', report({ copy: null, head: ['In-Reply-To: <somebody@else.example>'] })],
    ['automatic-reply', 'From: bob@example.org\nAuto-Submitted: auto-replied\n\nI am away'],
    [
      'automatic-reply',
      `From: b@example.org\nPrecedence: auto_reply\nIn-Reply-To: ${OURS}\n\nAway`,
    ],
    ['unknown', `From: bob@example.org\nIn-Reply-To: ${OURS}\nAuto-Submitted: no\n\nthanks!`],
  ])('is told apart: %s', async (kind, mail) => {
    expect(await read(mail)).toEqual({ kind })
  })

  test('hostile bytes neither hang it nor make a report', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        const returned = await readReturnedMail(bytes).catch(() => null)
        expect(returned?.kind).not.toBe('report')
      }),
      { numRuns: 200 },
    )
    const nested = Array.from(
      { length: 3_000 },
      (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\n\n--b${n}\n`,
    ).join('')
    const begun = performance.now()
    await read(`From: a@example.org\n${nested}`).catch(() => null)
    const blank = `X-Failed-Recipients: x@y\n\n${'\n'.repeat(200_000)}`
    await read(blank)
    const spaced = `X-Failed-Recipients: x@y\n\nSMTP error from remote ${' a:'.repeat(60_000)}`
    await read(spaced)
    const blocks = report({ fields: Array.from({ length: 20_000 }, () => 'Action: x\n') })
    await read(blocks)
    expect(performance.now() - begun).toBeLessThan(20_000)
  })
})

describe('the hook', () => {
  const start = useTestEngine()
  let harness: EmailHarness | undefined
  afterEach(async () => {
    await harness?.channel.stop()
    await harness?.close()
    harness = undefined
  })

  const request = (body: string | Uint8Array): HookRequest => ({
    method: 'POST',
    path: '/hooks/email/s3cret/bounce',
    query: {},
    search: '',
    headers: {},
    body: Buffer.from(body),
  })

  test('is there only with a secret', async () => {
    harness = await openEmail()
    expect(harness.channel.hooks).toEqual([])
  })

  test('fails the delivery whose mail came back, and keeps everybody from writing there', async () => {
    harness = await openEmail({ callbackSecret: 's3cret', returnPath: 'returns@example.net' })
    const { engine, store, share, settled } = await start([harness.channel])
    const { id } = await share(['bob@example.org', 'carol@example.org'])
    await settled(id, all('accepted'))
    const [bob] = harness.server.received.filter(({ raw }) => raw.includes('bob@example.org'))
    const messageId = /^Message-ID: (<.*>)\r?$/im.exec(bob?.raw ?? '')?.[1]
    expect(bob?.from).toBe('returns@example.net')

    const [hook] = harness.channel.hooks
    const raw = report({ copy: ['message/rfc822', bob?.raw.replaceAll('\r\n', '\n') ?? ''] })
    expect(await hook?.handle(request(raw), engine.sink)).toEqual({ status: 200, body: 'failed\n' })
    const after = await engine.sharing.get((await engine.accounts.operator())!, id)
    expect(after.deliveries.map(({ state }) => state)).toEqual(['failed', 'accepted'])
    expect(after.deliveries[0]?.error?.code).toBe('no_such_recipient')

    // Again, and by somebody who knows the delivery but not what its mail was called: nothing changes.
    await hook?.handle(request(raw), engine.sink)
    const forged = messageId?.replace(/-0\./, '-1.') ?? ''
    await hook?.handle(
      request(report({ copy: ['message/rfc822', `Message-ID: ${forged}\n\n`] })),
      engine.sink,
    )
    const still = await engine.sharing.get((await engine.accounts.operator())!, id)
    expect(still.deliveries.map(({ state }) => state)).toEqual(['failed', 'accepted'])

    const second = await share(['bob+news@example.org', 'carol@example.org'])
    const end = await settled(second.id, ({ deliveries: [, carol] }) => carol?.state === 'accepted')
    expect(end.deliveries[0]?.state).toBe('suppressed')
    const bounced = (await store.deliveries.ofShare(id as never))[0]
    expect(await store.consent.of(bounced!.endpoint)).toMatchObject([{ kind: 'bounce' }])
  })

  test('acknowledges what teaches nothing, and refuses what is no mail', async () => {
    harness = await openEmail({ callbackSecret: 's3cret' })
    const { engine } = await start([harness.channel])
    const [hook] = harness.channel.hooks
    const away = 'From: bob@example.org\nAuto-Submitted: auto-replied\n\nI am away'
    expect(await hook?.handle(request(away), engine.sink)).toEqual({
      status: 200,
      body: 'ignored: automatic-reply\n',
    })
    expect((await hook?.handle(request(''), engine.sink))?.status).toBe(400)
    const noise = await hook?.handle(request(randomBytes(5_000)), engine.sink)
    expect([200, 400]).toContain(noise?.status)
  })

  test('is not answered where what came could not be stored', async () => {
    harness = await openEmail({ callbackSecret: 's3cret' })
    const { engine } = await start([harness.channel])
    const [hook] = harness.channel.hooks
    const away = { ...engine.sink, receipt: () => Promise.reject(new Error('away')) }
    await expect(hook?.handle(request(report()), away)).rejects.toThrow('away')
  })
})
