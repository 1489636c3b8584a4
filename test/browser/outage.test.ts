import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { CHROMIUM, hasChromium, launchChromium } from './chromium.ts'

const skipped = !hasChromium() && process.env.REQUIRE_SERVICES !== '1'
if (skipped) console.log(`skipped: no browser at ${CHROMIUM} (apt-get install chromium)`)

/** What a proxy answers where no server stands behind it. */
const AWAY = { status: 503, body: 'away' }

describe.skipIf(skipped)('a status page in an outage', { timeout: 60_000 }, () => {
  let web: RunningWeb
  let browser: Browser
  beforeAll(async () => {
    web = await startWeb()
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await web?.close()
  })

  async function openShare(prepare: (page: Page) => Promise<unknown>): Promise<[string, Page]> {
    const body = { url: 'https://example.org/a', recipients: ['bob@example.org'] }
    const { json } = await web.api('POST', '/api/v1/shares', { body })
    const context = await browser.newContext()
    const cookies = (await web.signedIn(web.ann.account)).split('; ').map((cookie) => {
      const at = cookie.indexOf('=')
      return { name: cookie.slice(0, at), value: cookie.slice(at + 1), url: web.url }
    })
    await context.addCookies(cookies)
    const page = await context.newPage()
    await prepare(page)
    await page.goto(`${web.url}/shares/${json.id}`)
    return [json.id, page]
  }

  it('follows the share again after its stream was refused', async () => {
    const refused = Promise.withResolvers<void>()
    const [id, page] = await openShare((page) =>
      page.route('**/events', once(refused.resolve), { times: 1 }),
    )
    await refused.promise
    await web.api('POST', `/api/v1/shares/${id}/recall`)
    await page.locator('.state', { hasText: 'Recalled' }).waitFor({ timeout: 15_000 })
  })

  it('shows a change whose page was refused at first', async () => {
    const refused = Promise.withResolvers<void>()
    const [id, page] = await openShare(async () => undefined)
    await page.route('**/shares/*', once(refused.resolve), { times: 1 })
    await web.api('POST', `/api/v1/shares/${id}/recall`)
    await refused.promise
    await page.locator('.state', { hasText: 'Recalled' }).waitFor({ timeout: 15_000 })
  })
})

function once(told: () => void): (route: Route) => Promise<void> {
  return async (route) => {
    await route.fulfill(AWAY)
    told()
  }
}
