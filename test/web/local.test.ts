import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningWeb, startWeb } from './start-web.ts'

let web: RunningWeb

beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.close())

async function local(method: string, path: string, body?: string) {
  const answer = await fetch(web.localUrl + path, {
    method,
    ...(body === undefined ? {} : { body }),
  })
  const text = await answer.text()
  return { status: answer.status, body: JSON.parse(text), text }
}

describe('the private socket', () => {
  test('makes accounts, and says no more of them than is asked', async () => {
    const { status, body, text } = await local('POST', '/local/accounts', '{"username": "Carol"}')
    expect(status).toBe(201)
    expect(body).toMatchObject({ username: 'carol', role: 'member', email: null })
    expect(text).not.toMatch(/permissions|password/i)
  })

  test.each([
    ['{', 400, 'invalid_request'],
    ['[]', 400, 'invalid_request'],
    ['{}', 400, 'invalid_request'],
    ['{"username": 5}', 400, 'invalid_request'],
    ['{"username": "x"}', 422, 'invalid_field'],
    ['{"username": "ann"}', 409, 'name_taken'],
    ['{"username": "dave", "password": "weak"}', 422, 'weak_password'],
    ['{"username": "dave", "email": "nowhere"}', 422, 'invalid_field'],
  ])('refuses %s', async (body, status, code) => {
    const answer = await local('POST', '/local/accounts', body)
    expect(answer).toMatchObject({ status, body: { code } })
  })

  test('refuses a body that is too large', async () => {
    const large = JSON.stringify({ username: 'x'.repeat(70_000) })
    expect((await local('POST', '/local/accounts', large)).status).toBe(413)
  })

  test('gives links and tokens for accounts that are there', async () => {
    const reset = await local('POST', '/local/accounts/bob/reset')
    expect(reset.body.link).toMatch(/^http:\/\/localhost:8080\/reset\?ticket=\w{32}$/)
    const { body } = await local('POST', '/local/accounts/bob/tokens', '{"name": "laptop"}')
    expect((await web.engine.accounts.authenticate(body.token))?.account.username).toBe('bob')
    for (const action of ['reset', 'tokens']) {
      expect((await local('POST', `/local/accounts/nobody/${action}`)).status).toBe(404)
    }
  })

  test('exports an account with nothing in it as whole JSON', async () => {
    const { body } = await local('GET', '/local/accounts/bob/export')
    expect(body).toMatchObject({ account: { username: 'bob' }, shares: [], contacts: [] })
    expect((await local('GET', '/local/accounts/nobody/export')).status).toBe(404)
  })

  test('speaks Chinese to a Chinese terminal', async () => {
    const answer = await fetch(`${web.localUrl}/local/accounts/nobody/reset`, {
      method: 'POST',
      headers: { 'accept-language': 'zh-CN' },
    })
    expect(((await answer.json()) as { detail: string }).detail).toBe('没有这个账户。')
  })
})

test.each([
  ['POST', '/local/accounts'],
  ['POST', '/local/accounts/ann/reset'],
  ['POST', '/local/accounts/ann/tokens'],
  ['GET', '/local/accounts/ann/export'],
  ['POST', '/local/purge'],
])('%s %s is not there on the public port', async (method, path) => {
  expect((await fetch(web.url + path, { method })).status).toBe(404)
})
