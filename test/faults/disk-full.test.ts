import { execFileSync } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'

let server: ServerUnderTest | undefined
afterEach(async () => server?.dispose())

/** No file of the process may grow: every write to the database and the spool fails as on a full disk. */
function limitFiles(pid: number | undefined, bytes: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}`])
}

test('with the disk full sharing refuses clearly, links go on, and all works again after', async () => {
  server = await createServerUnderTest()
  await server.start()
  const body = { url: 'https://example.org/a', recipients: ['bob@example.net'] }
  const first = (await (await server.api('POST', '/shares', body)).json()) as {
    id: string
    deliveries: { link: string }[]
  }
  const link = first.deliveries[0]?.link ?? ''
  const visit = (): Promise<Response> => fetch(link, { redirect: 'manual' })
  expect((await visit()).headers.get('location')).toBe('https://example.org/a')

  limitFiles(server.pid(), '1:')
  const refused = await server.api('POST', '/shares', body)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('content-type')).toContain('application/problem+json')
  expect(refused.headers.get('retry-after')).toBeTruthy()
  expect(await refused.json()).toMatchObject({ code: 'unavailable' })
  for (let i = 0; i < 5; i++) expect((await visit()).status).toBe(302)
  const metrics = await (await fetch(`${server.baseUrl}/metrics`)).text()
  expect(metrics).toMatch(/unrecorded\w* [1-9]/)

  limitFiles(server.pid(), 'unlimited:')
  const running = server
  await until(async () => {
    const answer = await running.api('POST', '/shares', body)
    return answer.status === 202 ? true : undefined
  }, 60_000)
  const list = (await (await running.api('GET', '/shares')).json()) as { shares?: []; items?: [] }
  expect((list.shares ?? list.items ?? []).length).toBe(2)
  expect((await visit()).status).toBe(302)
})
