import { request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { browserOf, csrfOf } from './pages/visitor.ts'

let web: RunningWeb
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.close())

/** A form whose head and first bytes arrive, and whose last ones when `finish` says so. */
function beginForm(path: string, cookie: string, fields: Record<string, string>) {
  const body = new URLSearchParams(fields).toString()
  const form = request(new URL(path, web.url), {
    method: 'POST',
    headers: {
      cookie,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': body.length,
    },
  })
  form.write(body.slice(0, -1))
  const answered = new Promise<number | undefined>((resolve, reject) => {
    form.once('response', (answer) => resolve(answer.resume().statusCode))
    form.once('error', reject)
  })
  return {
    finish: () => {
      form.end(body.slice(-1))
      return answered
    },
  }
}

it('a form that is still being sent when its session is ended does nothing', async () => {
  const { account } = web.bob
  const browser = await browserOf(web, account)
  const page = await browser.get('/account/tokens')
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const before = await web.engine.accounts.tokens(account.id)
  const fields = { _csrf: csrfOf(page), name: 'left behind' }
  const form = beginForm('/account/tokens', cookie, fields)
  for (let n = 0; n < 3; n++) await browser.get('/account/tokens')
  await web.store.accounts.dropSessions(account.id)
  expect(await form.finish()).toBe(303)
  expect(await web.engine.accounts.tokens(account.id)).toHaveLength(before.length)
  expect(await web.store.accounts.sessions(account.id)).toEqual([])
})
