import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { PassalongError } from '#core/errors.ts'
import type { Store } from '#ports/store/store.ts'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'

let web: RunningWeb
let fault: Error | undefined
beforeAll(async () => {
  web = await startWeb({ prepare: breakable })
})
afterAll(() => web.close())
beforeEach(() => {
  fault = undefined
})

/** The store, whose accounts and shares fail while there is a fault. */
function breakable(store: Store): Store {
  const guard = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        if (fault) throw fault
        return Reflect.get(target, name)
      },
    })
  return { ...store, accounts: guard(store.accounts), shares: guard(store.shares) }
}

const outage = () => new PassalongError('unavailable', 'The store does not answer.')

it('answers the API with 503 while the store is out of reach', async () => {
  fault = outage()
  const { status, json, headers } = await web.api('GET', '/api/v1/shares')
  expect([status, json.code]).toEqual([503, 'unavailable'])
  expect(headers.get('content-type')).toBe('application/problem+json')
})

it('answers pages with 503 and a page that needs no session', async () => {
  const cookie = await web.signedIn(web.ann.account)
  fault = outage()
  const { status, text } = await web.api('GET', '/', { token: null, headers: { cookie } })
  expect(status).toBe(503)
  expect(text).toContain('The store does not answer.')
})

it('says nothing of a fault that nobody foresaw', async () => {
  fault = new Error('SQLITE_CORRUPT at /var/lib/passalong with token pal_123')
  const { status, json, text } = await web.api('GET', '/api/v1/shares')
  expect([status, json.code]).toEqual([500, 'internal'])
  expect(text).not.toMatch(/SQLITE|pal_123|var.lib/)
})
