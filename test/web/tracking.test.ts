import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningWeb, startWeb, until } from './start-web.ts'

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
let web: RunningWeb
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.close())

async function opened(tracking: string, times: number) {
  const body = { url: 'https://example.org/a', recipients: ['bob@example.org'], tracking }
  const { json } = await web.api('POST', '/api/v1/shares', { body })
  const link = web.url + new URL(json.deliveries[0].link).pathname
  for (let n = 0; n < times; n++) {
    const answer = await fetch(link, { redirect: 'manual', headers: { 'user-agent': CHROME } })
    expect(answer.status).toBe(302)
  }
  const path = `/api/v1/shares/${json.id}`
  return {
    share: async () => (await web.api('GET', path)).json,
    visits: async () => (await web.api('GET', `${path}/visits`)).json,
  }
}

test('a share that asks for counts has its visits counted, and nobody named', async () => {
  const { share, visits } = await opened('counts', 2)
  const { deliveries, tracking } = await until(share, (its) => its.deliveries[0].opens === 2)
  expect(tracking).toBe('counts')
  expect(deliveries[0]).toMatchObject({ tracked: false, firstOpenedAt: null })
  const seen = await visits()
  expect(seen.visits).toEqual([])
  expect(seen.counters).toMatchObject([{ human: 2, untracked: 2, firstOpenedAt: null }])
  expect(JSON.stringify(seen)).not.toContain('Chrome')
})

test('one that asks for none shows no opens, and that it is not tracked', async () => {
  const { share, visits } = await opened('off', 2)
  await web.store.visits.fold(100)
  expect((await share()).deliveries[0]).toMatchObject({ tracked: false, opens: 0 })
  expect((await visits()).counters).toEqual([])
})
