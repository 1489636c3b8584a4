import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TELEGRAM, telegramUser } from '#test/web/pages/chat-users.ts'
import { PASSWORD, type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { CHROMIUM, hasChromium, launchChromium } from './chromium.ts'

const USER = telegramUser(4711, 'ann', 'Ann of Telegram')
const skipped = !hasChromium() && process.env.REQUIRE_SERVICES !== '1'
if (skipped) console.log(`skipped: no browser at ${CHROMIUM} (apt-get install chromium)`)

describe.skipIf(skipped)('linking in a real browser', { timeout: 60_000 }, () => {
  let web: RunningWeb
  let browser: Browser
  beforeAll(async () => {
    web = await startWeb({ chats: [TELEGRAM] })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await web?.close()
  })

  async function signIn(page: Page): Promise<void> {
    await page.fill('[name=username]', 'ann')
    await page.fill('[name=password]', PASSWORD)
    await page.click('main button.primary')
  }

  it('shows the PIN, counts down, and says by itself that the chat is linked', async () => {
    const page = await browser.newPage()
    const { secret } = await web.engine.linking.beginInChat(USER, { move: false })
    await page.goto(`${web.url}/link/${secret}`)
    await page.click('main a.primary')
    await signIn(page)
    await page.click('main form[action^="/link/"] button')
    const pin = (await page.locator('.pin').textContent()) ?? ''
    await page.locator('.countdown', { hasText: /\(\d:\d\d\)/ }).waitFor()
    await page.reload()
    expect(await page.locator('.pin').textContent()).toBe(pin)
    await web.engine.linking.finishInChat(USER, pin)
    await page.locator('h1', { hasText: 'Linked' }).waitFor()
    expect(await page.locator('.pin').count()).toBe(0)
    expect(await page.title()).toContain('Linked')
    await page.context().close()
  })

  it('says by itself that the link has ended', async () => {
    const page = await browser.newPage()
    const { secret } = await web.engine.linking.beginInChat(
      { ...USER, id: '4712' },
      { move: false },
    )
    await page.goto(`${web.url}/sign-in?next=/link/${secret}`)
    await signIn(page)
    await page.click('main form[action^="/link/"] button')
    await page.locator('.pin').waitFor()
    await web.engine.linking.beginInChat({ ...USER, id: '4712' }, { move: false })
    await page.locator('h1', { hasText: 'no longer works' }).waitFor()
    await page.context().close()
  })
})
