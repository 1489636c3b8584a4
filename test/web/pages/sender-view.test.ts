import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { Visitor } from './visitor.ts'

const RECIPIENTS = ['carol@example.org', '+8613800138000', 'telegram:@carol', 'slack:U123456']

let web: RunningWeb
beforeAll(async () => {
  web = await startWeb({ settings: { undoSeconds: 0 } })
})
afterAll(() => web.close())

async function share(sendAt?: string): Promise<readonly string[]> {
  const body = { url: 'https://example.org/a', recipients: RECIPIENTS, sendAt }
  const { json } = await web.api('POST', '/api/v1/shares', { body, token: web.bob.token })
  return json.deliveries.map((delivery: { id: string }) => delivery.id)
}

async function allAccepted(ids: readonly string[]): Promise<void> {
  const share = ids[0]?.split('-')[0]
  await expect
    .poll(async () => {
      const { json } = await web.api('GET', `/api/v1/shares/${share}`, { token: web.bob.token })
      return json.deliveries.every((delivery: { state: string }) => delivery.state === 'accepted')
    })
    .toBe(true)
}

describe('a message as its sender sees it', () => {
  it('has nothing in it that would let them choose for its recipient', async () => {
    const waiting = await share(new Date(Date.now() + 3_600_000).toISOString())
    const kept = await share()
    await allAccepted(kept)
    const bob = new Visitor(web.url)
    await bob.signIn('bob')
    for (const id of [...waiting, ...kept]) {
      for (const view of ['message', 'mail']) {
        const { status, html } = await bob.get(`/deliveries/${id}/${view}`)
        expect([200, 404]).toContain(status)
        expect(html).not.toContain(`/u/${id}`)
      }
    }
  })

  it('shows the operator, who keeps the outbox, links that work', async () => {
    const [mail] = await share()
    const ann = new Visitor(web.url)
    await ann.signIn('ann')
    await expect
      .poll(async () => (await ann.get(`/outbox/${mail}/mail`)).html)
      .toContain(`/u/${mail}`)
  })
})
