import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { type RunningWeb, startWeb, until } from '#test/web/start-web.ts'

let web: RunningWeb
beforeAll(async () => {
  const email = createScriptedChannel({
    send: ({ address }) =>
      address.value === 'dark@example.org'
        ? { kind: 'down', detail: '535 the password is wrong' }
        : { kind: 'accepted' },
    probe: () => ({ up: false, detail: '535 still wrong' }),
  })
  web = await startWeb({ parts: () => ({ channels: [email] }) })
})
afterAll(() => web.close())

async function share(to: string): Promise<{ id: string; link: string }> {
  const body = { url: 'https://example.org/a', recipients: [to] }
  const { json } = await web.api('POST', '/api/v1/shares', { body })
  return { id: json.id, link: web.url + new URL(json.deliveries[0].link).pathname }
}

const delivery = async (id: string) =>
  (await web.api('GET', `/api/v1/shares/${id}`)).json.deliveries[0]

describe('GET /api/v1/channels', () => {
  it('tells what is configured, what is not, and what is down since when and why', async () => {
    const channels = async () => (await web.api('GET', '/api/v1/channels')).json.channels
    const named = (all: { channel: string }[], name: string) =>
      all.find(({ channel }) => channel === name)
    const good = { channel: 'email', configured: true, via: 'email', healthy: true, paused: null }
    expect(named(await channels(), 'email')).toEqual(good)
    const unset = { channel: 'sms', configured: false, via: null, healthy: false, paused: null }
    expect(named(await channels(), 'sms')).toEqual(unset)

    const { id } = await share('dark@example.org')
    await until(channels, (all) => named(all, 'email') !== undefined && !all.some(isGood))
    expect(named(await channels(), 'email')).toMatchObject({
      healthy: false,
      paused: { since: expect.stringMatching(/Z$/), detail: '535 the password is wrong' },
    })
    expect(await delivery(id)).toMatchObject({
      state: 'queued',
      error: { code: 'connection_down' },
    })
  })
})

const isGood = ({ healthy }: { healthy?: boolean }) => healthy === true

describe('/metrics', () => {
  it('tells of queues, outcomes, visits by class, redirects and what was not recorded', async () => {
    const { link } = await share('bob@example.org')
    const answer = await fetch(link, {
      redirect: 'manual',
      headers: { 'user-agent': 'TelegramBot' },
    })
    expect(answer.status).toBe(302)
    const { text } = await web.api('GET', '/metrics', { token: null })
    expect(text).toMatch(/passalong_queue_depth\{channel="email"\} [12]\n/)
    expect(text).toMatch(/passalong_queue_age_seconds\{channel="email"\} \d/)
    expect(text).toMatch(/passalong_outcomes_total\{channel="email",outcome="down"\} 1\n/)
    expect(text).toMatch(/passalong_visits_total\{class="preview"\} 1\n/)
    expect(text).toMatch(/passalong_redirect_seconds_count 1\n/)
    expect(text).toMatch(/passalong_unrecorded_visits_total 0\n/)
    expect(text).toMatch(/passalong_connections_down(\{[^}]*\})? 1\n/)
  })
})
