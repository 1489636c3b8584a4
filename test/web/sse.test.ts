import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type RunningWeb, startWeb, until } from '#test/web/start-web.ts'

let web: RunningWeb
let shareId: string
let deliveryId: string
let cookie: string
const opened: Reader[] = []

beforeAll(async () => {
  web = await startWeb({ settings: { heartbeatMs: 50 } })
  cookie = await web.signedIn(web.ann.account)
})
afterAll(() => web.close())
beforeEach(async () => {
  const sendAt = new Date(Date.now() + 3_600_000).toISOString()
  const { json } = await web.api('POST', '/api/v1/shares', {
    body: { url: 'https://example.org/', recipients: ['bob@example.org'], sendAt },
  })
  shareId = json.id
  deliveryId = json.deliveries[0].id
})
afterEach(() => {
  for (const reader of opened.splice(0)) reader.cut()
})

interface Reader {
  readonly status: number
  readonly headers: Headers
  text: string
  ended: boolean
  cut(): void
}

async function open(headers: Record<string, string> = { cookie }): Promise<Reader> {
  const cut = new AbortController()
  const response = await fetch(`${web.url}/shares/${shareId}/events`, {
    headers,
    signal: cut.signal,
  })
  const reader: Reader = {
    status: response.status,
    headers: response.headers,
    text: '',
    ended: false,
    cut: () => cut.abort(),
  }
  opened.push(reader)
  const read = async () => {
    for await (const part of response.body ?? []) reader.text += Buffer.from(part).toString()
  }
  read()
    .catch(() => {})
    .finally(() => {
      reader.ended = true
    })
  return reader
}

const ids = (reader: Reader) =>
  [...reader.text.matchAll(/^id: (\d+)$/gm)].map((it) => Number(it[1]))
const sees = (reader: Reader, holds: (text: string) => boolean) =>
  until(async () => reader.text, holds)

it('tells the revision at once and each one after it', async () => {
  const reader = await open()
  expect(reader.headers.get('content-type')).toMatch(/^text\/event-stream/)
  expect(reader.headers.get('cache-control')).toContain('no-transform')
  expect(reader.headers.get('x-accel-buffering')).toBe('no')
  await sees(reader, (text) => text.includes('event: status'))
  const [first = -1] = ids(reader)
  await web.engine.sharing.cancelDelivery(web.ann.account, deliveryId)
  await until(
    async () => ids(reader),
    (its) => its.length > 1,
  )
  expect(ids(reader)[1]).toBeGreaterThan(first)
})

it('tells a reader who has the newest revision nothing until there is a newer one', async () => {
  const { revision } = await web.engine.sharing.get(web.ann.account, shareId)
  const reader = await open({ cookie, 'last-event-id': String(revision) })
  await sees(reader, (text) => text.includes('retry:') && text.includes(': \n'))
  expect(ids(reader)).toEqual([])
})

it('gives signs of life', async () => {
  const reader = await open()
  await sees(reader, (text) => text.split('\n: \n').length > 3)
})

it("is not to be had without a session, and not of another's share", async () => {
  expect((await open({})).status).toBe(401)
  expect((await open({ cookie: await web.signedIn(web.bob.account) })).status).toBe(404)
})

it('opens so many at once for an account and no more, and room comes back', async () => {
  const readers = await Promise.all(Array.from({ length: 25 }, () => open()))
  const count = (status: number) => readers.filter((its) => its.status === status).length
  expect([count(200), count(429)]).toEqual([20, 5])
  for (const reader of readers) reader.cut()
  await until(
    async () => (await open()).status,
    (status) => status === 200,
  )
})

it('ends when the server stops', async () => {
  const reader = await open()
  web.endStreams()
  await until(
    async () => reader.ended,
    (ended) => ended,
  )
  expect((await open()).status).toBe(503)
})
