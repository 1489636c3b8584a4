import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { all, until } from '#test/fixtures/engine.ts'
import { type PhoneWorld, startPhoneWorld } from '#test/fixtures/phone-world.ts'
import { runCli } from '#test/fixtures/run-cli.ts'
import { reassembled, wbxmlOf } from '../adapters/channels/wap-push/harness.ts'
import { missingKannel } from '../services/kannel.ts'
import { skippedFor } from '../services/skipped-for.ts'
import { missingWbxml, readIndication } from '../services/wbxml.ts'

const TARGET = 'https://example.org/film'
const PATIENCE_MS = 30_000
const PATIENCE = { timeout: PATIENCE_MS, interval: 20 }
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

interface Share {
  readonly id: string
  readonly deliveries: readonly {
    readonly id: string
    readonly state: string
    readonly link: string
    readonly opens: number
  }[]
}

describe.skipIf(skippedFor(missingKannel() ?? missingWbxml()))('phones, by Kannel', () => {
  let world: PhoneWorld
  beforeAll(async () => {
    world = await startPhoneWorld({ wap: true })
  })
  afterAll(() => world?.close())

  async function share(to: string, more = {}): Promise<Share> {
    const request = { url: TARGET, recipients: [to], ...more }
    const answer = await world.server.api('POST', '/shares', request)
    expect(answer.status).toBe(202)
    return (await answer.json()) as Share
  }

  async function once(id: string, holds: (share: Share) => boolean): Promise<Share> {
    return until(async () => {
      const now = (await (await world.server.api('GET', `/shares/${id}`)).json()) as Share
      return holds(now) ? now : undefined
    }, PATIENCE_MS)
  }

  const shared = async (to: string, state = 'delivered'): Promise<Share> =>
    once((await share(to)).id, all(state))

  /** What the phone has shown so far, oldest first. */
  const texts = (phone: string): string[] =>
    world.network
      .arrived()
      .filter(({ to }) => phone.endsWith(to))
      .map(({ text }) => text)

  const arrived = (phone: string, count: number) =>
    expect.poll(() => texts(phone).length, PATIENCE).toBe(count)

  const writes = (phone: string, text: string) =>
    world.network.deliver(phone.slice(1), world.kannel.sender, text)

  test('what is shared arrives, leads there, and is reported', async () => {
    const phone = '+8613800138000'
    const { id, deliveries } = await share(phone, { note: 'look at this' })
    const link = deliveries[0]?.link ?? ''
    await arrived(phone, 1)
    expect(texts(phone)[0]).toMatch(/Ann Lee.*look at this/)
    expect(texts(phone)[0]).toContain(link)
    const opened = await fetch(link, { redirect: 'manual', headers: { 'User-Agent': FIREFOX } })
    expect([opened.status, opened.headers.get('location')]).toEqual([302, TARGET])
    await once(id, all('delivered'))
    await once(id, (now) => now.deliveries[0]?.opens === 1)
  })

  test('STOP is confirmed once, with a page; START lifts it; between them nothing arrives', async () => {
    const phone = '+8613800138001'
    await shared(phone)
    await writes(phone, 'Stop!')
    await arrived(phone, 2)
    const page = /http\S+\/u\/[\w-]+/.exec(texts(phone)[1] ?? '')?.[0] ?? ''
    const shown = await fetch(page)
    expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining('Ann Lee')])

    await writes(phone, 'STOP')
    const stopped = await shared(phone, 'suppressed')

    await writes(phone, 'start')
    await arrived(phone, 3)
    await shared(phone)
    expect(texts(phone)).toEqual([
      expect.stringContaining('/r/'),
      expect.stringContaining('You get no more messages'),
      expect.stringContaining('reach you again'),
      expect.stringContaining('/r/'),
    ])
    const [kept] = (await once(stopped.id, () => true)).deliveries
    expect(kept?.state).toBe('suppressed')
  })

  test('any other text stands on the share that it answers', async () => {
    const phone = '+8613800138002'
    const { id, deliveries } = await shared(phone)
    await writes(phone, '好的 👍 see you at the stop')
    const { replies } = await until(async () => {
      const answer = await world.server.api('GET', `/shares/${id}/replies`)
      const page = (await answer.json()) as { readonly replies: readonly object[] }
      return page.replies.length > 0 ? page : undefined
    }, PATIENCE_MS)
    expect(replies).toEqual([
      expect.objectContaining({
        delivery: deliveries[0]?.id,
        recipient: phone,
        channel: 'sms',
        text: '好的 👍 see you at the stop',
      }),
    ])
  })

  test('a WAP phone gets an indication that leads there, and reports it', async () => {
    const phone = '+8613800138003'
    const { deliveries } = await shared(`wap:${phone}`)
    const segments = world.network.arrived().filter(({ to }) => phone.endsWith(to))
    const [push] = reassembled(segments)
    expect(readIndication(wbxmlOf(push!.wsp))).toMatchObject({
      attributes: { href: deliveries[0]?.link, 'si-id': deliveries[0]?.id },
      text: expect.stringContaining('Ann Lee'),
    })
  })

  test('doctor says whether the gateways let us in, and else what to look at, but no password', async () => {
    const doctor = async (more = {}) => {
      const { status, out } = await runCli({ ...world.server.env, ...more }, ['doctor'])
      return { status, out }
    }
    const well = await doctor()
    expect(well.out).toMatch(/✓ KANNEL_SENDSMS_URL: It answers and lets us in/)
    expect(well.out).toMatch(/✓ WAP_PPG_URL: It answers and lets us in/)
    const refused = await doctor({ KANNEL_PASSWORD: 'hunter2', WAP_PPG_PASSWORD: 'hunter2' })
    expect(refused.status).toBe(1)
    expect(refused.out).toMatch(/✗ KANNEL_SENDSMS_URL: .*403.* Check .*KANNEL_PASSWORD/)
    expect(refused.out).toMatch(/✗ WAP_PPG_URL: .*401.* Check .*WAP_PPG_PASSWORD/)
    expect(refused.out).not.toContain('hunter2')
  })
})
