import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'

let web: RunningWeb
beforeAll(async () => {
  web = await startWeb({ settings: { apiRate: 5 } })
})
afterAll(() => web.close())

it('lets a token ask so often a minute, then answers 429 with the time to wait', async () => {
  const ask = () => web.api('GET', '/api/v1/contacts')
  const answers = await Promise.all(Array.from({ length: 8 }, ask))
  const statuses = answers.map(({ status }) => status).sort()
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429])
  const refused = answers.find(({ status }) => status === 429)
  expect(refused?.json.code).toBe('rate_limited')
  const wait = Number(refused?.headers.get('retry-after'))
  expect(wait).toBeGreaterThanOrEqual(1)
  expect(wait).toBeLessThanOrEqual(60)
})

it('counts each token for itself', async () => {
  const { status } = await web.api('GET', '/api/v1/contacts', { token: web.bob.token })
  expect(status).toBe(200)
})
