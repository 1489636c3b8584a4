import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDataDir, type RunningServer, startServer } from '#test/fixtures/running-server.ts'
import { CHROMIUM, hasChromium, launchChromium } from './chromium.ts'

const STORY = 'http://www.example.org/stories/a'
const PASSWORD = 'correct horse battery'

const skipped = !hasChromium() && process.env.REQUIRE_SERVICES !== '1'
if (skipped) console.log(`skipped: no browser at ${CHROMIUM} (apt-get install chromium)`)

describe.skipIf(skipped)('in a real browser', { timeout: 60_000 }, () => {
  const data = makeDataDir()
  let server: RunningServer
  let host: Server
  let browser: Browser
  let ann: BrowserContext

  beforeAll(async () => {
    host = await startHost(() => server.url)
    server = await startServer({ DATA_DIR: data.path, UNDO_SECONDS: '1' })
    browser = await launchChromium({ 'www.example.org': new URL(urlOf(host)).host })
    ann = await newContext(browser)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.kill()
    host?.close()
    data.remove()
  })

  it('goes from the first link over sharing and the outbox to the open that the sender sees', async () => {
    const page = await ann.newPage()
    await page.goto(server.firstLink ?? '')
    await page.fill('[name=username]', 'ann')
    await page.fill('[name=displayName]', 'Ann Lee')
    await page.fill('[name=password]', PASSWORD)
    await page.click('main button.primary')
    await page.waitForURL(`${server.url}/`)

    await page.fill('[name=url]', STORY)
    await page.click('main button.primary')
    await page.fill('[name=title]', 'A story')
    await page.locator('[name=to]').pressSequentially('bob@example.org, oops, +8613800138000')
    await page.locator('.chip', { hasText: 'bob@example.org' }).waitFor()
    expect(await page.locator('.rejected').textContent()).toContain('oops')
    await page.fill('[name=to]', 'Bob <bob@example.org>')
    await page.locator('.rejected').waitFor({ state: 'detached' })
    await page.locator('[data-canned] label').first().click()
    const note = await page.inputValue('[name=note]')
    expect(note).not.toBe('')
    await page.click('button[value=send]')

    await page.waitForURL(/\/shares\/\w+/)
    await page.locator('.undo').waitFor()
    await page.locator('.state', { hasText: 'Kept here, not sent' }).waitFor()
    expect(await page.locator('.undo').count()).toBe(0)

    const outbox = await ann.newPage()
    await outbox.goto(`${server.url}/outbox`)
    const mail = outbox.frameLocator('iframe')
    expect(await mail.locator('body').textContent()).toContain(note)
    const link = await outbox.getByRole('link', { name: /^Open as Bob/ }).getAttribute('href')

    const bob = await (await newContext(browser)).newPage()
    await bob.goto(link ?? '')
    expect(bob.url()).toBe(STORY)
    await page.locator('.delivery .tag.opened').waitFor()
    expect(await page.locator('.chart .bar').count()).toBe(1)
    expect(faults).toEqual([])
  })

  it('shares without scripts too', async () => {
    const plain = await newContext(browser, { javaScriptEnabled: false })
    await plain.addCookies(await ann.cookies())
    const page = await plain.newPage()
    await page.goto(`${server.url}/share?url=${encodeURIComponent(STORY)}`)
    await page.fill('[name=to]', 'eve@example.org')
    await page.getByRole('button', { name: 'Check' }).click()
    expect(await page.locator('.chip').textContent()).toContain('eve@example.org')
    await page.click('button[value=send]')
    expect(page.url()).toMatch(/\/shares\/\w+\?done=1/)
    await page.getByRole('button', { name: 'Undo' }).click()
    expect(await page.locator('.state').textContent()).toContain('Cancelled')
  })

  it('opens a small window from a button of another site, and closes it when done', async () => {
    const page = await ann.newPage()
    await page.goto(urlOf(host))
    const globals = await page.evaluate(NEW_GLOBALS)
    expect(globals).toEqual([])
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#page')])
    expect(await popup.inputValue('[name=title]')).toBe('A page of another site')
    expect(await popup.inputValue('[name=url]')).toBe('https://www.example.org/canonical')
    await popup.fill('[name=to]', 'bob@example.org')
    await popup.click('button[value=send]')
    await popup.locator('[data-leave]').waitFor()

    await page.evaluate(FORGED)
    expect(popup.isClosed()).toBe(false)
    await leave(popup)
    await page.waitForFunction('window.doneEvents === 1')
    expect(await page.evaluate('document.activeElement.id')).toBe('page')
  })

  it('takes buttons that come later, a number to call, and the keyboard', async () => {
    const page = await ann.newPage()
    await page.goto(urlOf(host))
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<div id=late data-passalong="tel:+861065529988">Share</div>')`,
    )
    const late = page.locator('#late[role=button][tabindex="0"]')
    await late.focus()
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('Enter')])
    await popup.waitForLoadState()
    expect(await popup.locator('.preview').textContent()).toContain('+86 10 6552 9988')
    await leave(popup)
  })
})

/** Done: the window closes. It may do so before the click is answered, which is no fault of the click. */
async function leave(popup: Page): Promise<void> {
  const closed = popup.waitForEvent('close')
  await popup.click('[data-leave]').catch((error: unknown) => {
    if (!popup.isClosed()) throw error
  })
  await closed
}

/** Whatever a page of ours complains of. */
const faults: string[] = []

/** Like a person's browser: "HeadlessChrome" would pass for a bot, rightly. */
async function newContext(browser: Browser, options: object = {}): Promise<BrowserContext> {
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36`
  const context = await browser.newContext({ locale: 'en-GB', userAgent, ...options })
  context.on('page', (page: Page) => {
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text())
    })
  })
  return context
}

/** What anybody else may say, and time for it to arrive. */
const FORGED = `new Promise((resolve) => {
  postMessage({ passalong: 'done' }, '*')
  setTimeout(resolve, 100)
})`

/** What a script left on `window`, beside what this page keeps itself. */
const NEW_GLOBALS = `(() => {
  const frame = document.body.appendChild(document.createElement('iframe'))
  const usual = new Set(Object.getOwnPropertyNames(frame.contentWindow))
  frame.remove()
  return Object.keys(window).filter((name) => !usual.has(name) && !/^(\\d+|doneEvents)$/.test(name))
})()`

/** Another site that has put our button on its page. */
async function startHost(product: () => string): Promise<Server> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><title>A page of another site</title>
<link rel="canonical" href="https://www.example.org/canonical">
<script src="${product()}/share.js" async></script>
<button id="page" data-passalong data-passalong-look>Share</button>
<script>window.doneEvents = 0; addEventListener('passalong:done', () => { window.doneEvents++ })</script>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
