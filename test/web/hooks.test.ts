import { afterAll, beforeAll, expect, it } from 'vitest'
import type { HookRequest } from '#ports/channel.ts'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'

let web: RunningWeb
const got: HookRequest[] = []
beforeAll(async () => {
  web = await startWeb({
    hooks: [
      {
        method: 'POST',
        path: 'sms/test',
        async handle(request) {
          got.push(request)
          return { status: 200, headers: { 'Content-Type': 'text/xml' }, body: '<ok/>' }
        },
      },
      { method: 'GET', path: 'sms/dlr', handle: async () => ({ status: 204 }) },
      {
        method: 'POST',
        path: 'sms/broken',
        async handle() {
          throw new Error('a secret detail')
        },
      },
    ],
  })
})
afterAll(() => web.close())

const post = (path: string, raw: string | Uint8Array, type = 'application/octet-stream') =>
  web.api('POST', path, { raw, token: null, headers: { 'content-type': type } })

it('hands a channel the bytes as they came, and answers what it says', async () => {
  const bytes = new Uint8Array([0, 255, 13, 10, 128])
  const { status, text, headers } = await post('/hooks/sms/test?status=1&status=2', bytes)
  expect([status, text, headers.get('content-type')]).toEqual([200, '<ok/>', 'text/xml'])
  const request = got.at(-1)
  expect([...(request?.body ?? [])]).toEqual([...bytes])
  expect(request).toMatchObject({ method: 'POST', path: '/hooks/sms/test', query: { status: '1' } })
})

it('hands on the query as it came too, for texts that are no UTF-8', async () => {
  await post('/hooks/sms/test?text=%90%00%8B%A2&more=%', '')
  expect(got.at(-1)?.search).toBe('?text=%90%00%8B%A2&more=%')
  await post('/hooks/sms/test', '')
  expect(got.at(-1)?.search).toBe('')
})

it('hands on forms and JSON unparsed', async () => {
  await post('/hooks/sms/test', 'a=1&b=%E4', 'application/x-www-form-urlencoded')
  expect(Buffer.from(got.at(-1)?.body ?? []).toString()).toBe('a=1&b=%E4')
})

it('takes one method at each path', async () => {
  expect((await web.api('GET', '/hooks/sms/dlr', { token: null })).status).toBe(204)
  expect((await post('/hooks/sms/dlr', '')).status).toBe(405)
  expect((await post('/hooks/sms/nothing', '')).status).toBe(404)
})

it('refuses more than a megabyte', async () => {
  expect((await post('/hooks/sms/test', 'x'.repeat(1_100_000))).status).toBe(413)
})

it('asks to be called again when a hook fails, without saying why', async () => {
  const { status, text } = await post('/hooks/sms/broken', '')
  expect(status).toBe(500)
  expect(text).not.toContain('secret detail')
})
