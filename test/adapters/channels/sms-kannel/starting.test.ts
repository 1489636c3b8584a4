import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createSmsKannelChannel } from '#adapters/channels/sms-kannel/sms-kannel.ts'
import type { Channel } from '#ports/channel.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { contextOf } from '../../../contracts/channel.ts'
import { messageOn } from '../../../core/message/sample.ts'

const REFUSED = [403, 'Authorization failed for sendsms'] as const
const NOBODY = [400, 'Missing receiver(s) number(s), rejected'] as const

/** As a smsbox answers between opening its port and having read its users, which is over too soon to be met by a test. */
describe('a smsbox that starts', () => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  /** The channel in front of what answers so, the last of them again and again. */
  async function open(...answers: (readonly [number, string])[]): Promise<{
    readonly channel: Channel
    /** Whom each request was for. */
    readonly asked: (string | undefined)[]
  }> {
    const asked: (string | undefined)[] = []
    const server = createServer(({ headers }, response) => {
      const [status, text] = answers[Math.min(asked.length, answers.length - 1)] ?? REFUSED
      asked.push(headers['x-kannel-to']?.toString())
      response.writeHead(status).end(text)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const channel = createSmsKannelChannel(
      {
        sendsmsUrl: `${url}/cgi-bin/sendsms`,
        username: 'share',
        password: () => 'right',
        from: null,
        ratePerSecond: null,
        callbackUrl: 'http://127.0.0.1:1',
        callbackSecret: 'secret',
        region: undefined,
      },
      { logger: quiet },
    )
    ends.push(
      () => channel.stop(),
      () => server.close(),
    )
    return { channel, asked }
  }

  const message = messageOn('sms')
  const send = async (channel: Channel, over = {}) =>
    (await channel.send(channel.render(message), contextOf(message, over))).outcome

  test('refuses a login that is right: the text is tried again, others need not wait', async () => {
    const { channel, asked } = await open(REFUSED, NOBODY)
    expect(await send(channel)).toMatchObject({ kind: 'transient', reason: 'retrying' })
    expect(asked).toEqual([message.address.value, undefined])
  })

  test('is told from one that refuses a login that is wrong', async () => {
    const { channel, asked } = await open(REFUSED)
    const detail = `403 ${REFUSED[1]}`
    expect(await send(channel)).toEqual({ kind: 'down', detail })
    expect(asked).toEqual([message.address.value, undefined])
  })

  test('is not waited for by a send that has to end', async () => {
    const { channel } = await open(REFUSED, NOBODY)
    const begun = performance.now()
    const { kind } = await send(channel, { signal: AbortSignal.timeout(200) })
    expect(kind).toBe('transient')
    expect(performance.now() - begun).toBeLessThan(900)
  })

  test('is not asked again where it is the number that it refuses', async () => {
    const { channel, asked } = await open([403, 'Not routable. Do not try again.'])
    expect(await send(channel)).toMatchObject({ kind: 'permanent', reason: 'not_reachable' })
    expect(asked).toHaveLength(1)
  })
})
