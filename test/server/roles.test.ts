import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { type Fleet, PASSWORD, startFleet } from '#test/fixtures/fleet.ts'
import type { Member } from '#test/fixtures/fleet-member.ts'
import { runCli, runJson } from '#test/fixtures/run-cli.ts'
import { missingRedis } from '#test/services/redis.ts'
import { freshDatabase, freshRedis, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { type SmtpSink, startSmtpSink } from '#test/services/smtp-sink.ts'

const API_RATE = 600
/** Requests that are made at a time. */
const BATCH = 20
/** From a recall on one process to the last request that any other redirects. */
const RECALLED_MS = 5_000
/** Only against hanging. */
const GUARD_MS = 60_000

const skipped = skippedFor((await missingDatabase()) ?? missingRedis())

let sink: SmtpSink
let fleet: Fleet
beforeAll(async () => {
  if (skipped) return
  sink = await startSmtpSink()
  fleet = await startFleet(['web', 'web', 'worker', 'bots'], {
    MONGODB_URI: await freshDatabase(),
    REDIS_URL: await freshRedis(),
    SMTP_URL: sink.url,
    MAIL_FROM: 'share@example.org',
    API_RATE: String(API_RATE),
    UNDO_SECONDS: '0',
  })
}, 180_000)
afterAll(async () => {
  await fleet?.dispose()
  await sink?.close()
})

interface Share {
  readonly id: string
  readonly deliveries: readonly { readonly state: string; readonly link: string }[]
}

async function share(recipients: readonly string[]): Promise<Share> {
  const answer = await fleet.api('POST', '/shares', { url: 'https://example.org/a', recipients })
  expect(answer.status).toBe(202)
  return (await answer.json()) as Share
}

const accepted = (id: string): Promise<Share> =>
  until(async () => {
    const now = (await (await fleet.api('GET', `/shares/${id}`)).json()) as Share
    return now.deliveries.every(({ state }) => state === 'accepted') ? now : undefined
  }, GUARD_MS)

const webs = (): readonly [Member, Member] => [fleet.webs[0] as Member, fleet.webs[1] as Member]
const get = (web: Member, path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(web.baseUrl + path, { headers, redirect: 'manual' })
const pathOf = (link: string): string => new URL(link).pathname

describe.skipIf(skipped)('several processes', () => {
  test('workers and bots answer for themselves and nothing else', async () => {
    for (const member of fleet.members.filter(({ role }) => role === 'worker' || role === 'bots')) {
      const paths = ['/healthz', '/readyz', '/metrics', '/', '/api/v1/shares', '/sign-in', '/docs']
      const answers = await Promise.all(paths.map((path) => get(member, path)))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 404, 404, 404])
    }
  })

  test('say at the start what they do, and where, without a password', async () => {
    for (const { role, output } of fleet.members) {
      expect(output()).toMatch(
        new RegExp(`Role: ${role}\\. Data: MongoDB at [^@]+\\. Queue: Redis at [^@]+\\.`),
      )
    }
  })

  test('what one takes another sends, and a page of a third shows it as it happens', async () => {
    const [first, second] = webs()
    const cookie = await signIn(first)
    const made = await share(['bob@example.org'])
    const events = await get(second, `/shares/${made.id}/events`, { cookie })
    expect(events.status).toBe(200)
    const told = readRevisions(events)
    await accepted(made.id)
    await until(async () => told.revisions.length > 1 || undefined)
    told.end()
    expect((await sink.received()).flatMap(({ to }) => to)).toContain('bob@example.org')
  })

  test('who is signed in at one is signed in at the other, forms and signing out included', async () => {
    const [first, second] = webs()
    const cookie = await signIn(first)
    const page = await get(second, '/account', { cookie })
    expect(page.status).toBe(200)
    const form = new URLSearchParams({ _csrf: csrfOf(await page.text()) })
    const out = await fetch(`${first.baseUrl}/sign-out`, {
      method: 'POST',
      headers: { cookie },
      body: form,
      redirect: 'manual',
    })
    expect(out.status).toBe(303)
    expect((await get(second, '/account', { cookie })).status).toBe(303)
  })

  test('what is recalled at one stops redirecting at the other within 5 s', async () => {
    const [first, second] = webs()
    const { id, deliveries } = await share(['carl@example.org'])
    await accepted(id)
    const path = pathOf(deliveries[0]?.link ?? '')
    for (const web of [first, second]) expect((await get(web, path)).status).toBe(302)
    const recalled = await fetch(`${first.baseUrl}/api/v1/shares/${id}/recall`, {
      method: 'POST',
      headers: { authorization: `Bearer ${fleet.token}` },
    })
    expect(recalled.status).toBe(200)
    const at = performance.now()
    expect((await get(first, path)).status).toBe(410)
    const goneMs = await until(async () => {
      const begunMs = performance.now() - at
      const { status } = await get(second, path)
      if (status !== 410) expect(begunMs).toBeLessThan(RECALLED_MS)
      return status === 410 ? begunMs : undefined
    }, GUARD_MS)
    console.log(`gone everywhere ${Math.round(goneMs)} ms after the recall`)
  })

  test('visits that one answers are counted for all', async () => {
    const { id, deliveries } = await share(['dora@example.org'])
    await accepted(id)
    const path = pathOf(deliveries[0]?.link ?? '')
    for (const web of webs())
      await get(web, path, { 'user-agent': 'TelegramBot (like TwitterBot)' })
    await until(async () => {
      const answer = await fleet.api('GET', `/shares/${id}/visits`)
      const { counters } = (await answer.json()) as Visits
      return counters.some(({ preview }) => preview === 2) || undefined
    })
  })

  test('one rate holds over all of them', async () => {
    const { token } = await runJson(fleet.environment, ['token', 'create', 'ann'])
    const headers = { authorization: `Bearer ${token}` }
    const statuses: number[] = []
    const begun = performance.now()
    while (!statuses.includes(429) && performance.now() - begun < GUARD_MS) {
      const batch = Array.from({ length: BATCH }, (_, i) =>
        get(webs()[i % 2] as Member, '/api/v1/channels', headers),
      )
      statuses.push(...(await Promise.all(batch)).map(({ status }) => status))
    }
    const cameBack = ((performance.now() - begun) * API_RATE) / 60_000
    const taken = statuses.filter((status) => status === 200).length
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
    expect(taken).toBeGreaterThanOrEqual(API_RATE)
    expect(taken).toBeLessThanOrEqual(API_RATE + cameBack + BATCH)
  })
})

describe.skipIf(skipped)('the command line', () => {
  test('lets the fleet send, waits for it, and says nothing of a server to start', async () => {
    const BASE_URL = webs()[0].baseUrl
    const env = { ...fleet.environment, BASE_URL, ROLE: 'web' }
    const args = ['share', 'https://example.org/cli', '--to', 'erin@example.org']
    const { status, out, err } = await runCli(env, args)
    expect([status, err]).toEqual([0, ''])
    expect(out).toContain('erin@example.org')
    expect((await sink.received()).flatMap(({ to }) => to)).toContain('erin@example.org')
  })

  test('looks at the database and at Redis', async () => {
    const { out } = await runCli(fleet.environment, ['doctor', '--json'])
    const { checks } = JSON.parse(out) as { checks: { about: string; verdict: string }[] }
    const verdicts = (about: string) =>
      checks.filter((check) => check.about === about).map(({ verdict }) => verdict)
    expect(verdicts('MONGODB_URI')).not.toContain('fault')
    expect(verdicts('MONGODB_URI')).toHaveLength(1)
    expect(verdicts('REDIS_URL')[0]).toBe('ok')
    expect(verdicts('clock')).toEqual(['ok', 'ok'])
  })
})

interface Visits {
  readonly counters: readonly { readonly preview: number }[]
}

/** The session's cookie, after signing in by the form. */
async function signIn(web: Member): Promise<string> {
  const page = await get(web, '/sign-in')
  const cookie = cookieOf(page)
  const form = { _csrf: csrfOf(await page.text()), username: 'ann', password: PASSWORD }
  const answer = await fetch(`${web.baseUrl}/sign-in`, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams(form),
    redirect: 'manual',
  })
  expect(answer.status).toBe(303)
  return cookieOf(answer)
}

function cookieOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

function csrfOf(page: string): string {
  return /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
}

/** The revisions that an event stream tells, as they come. */
function readRevisions(answer: Response): { readonly revisions: string[]; end(): void } {
  const revisions: string[] = []
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  const read = async (): Promise<void> => {
    for (;;) {
      const part = await reader?.read()
      if (!part || part.done) return
      revisions.push(...[...part.value.matchAll(/^data: (\d+)$/gm)].map(([, data]) => data ?? ''))
    }
  }
  void read().catch(() => undefined)
  return { revisions, end: () => void reader?.cancel() }
}
