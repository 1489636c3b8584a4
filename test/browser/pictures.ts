/**
 * Makes the pictures of docs/linking.md: the pages of a server as it is run, with Telegram's Bot API
 * beside it, at phone and desktop width, light and dark, in English and Chinese: `node test/browser/pictures.ts`.
 */
import { rmSync } from 'node:fs'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { makeDataDir, spawnServer } from '#test/fixtures/running-server.ts'
import {
  startTelegramApi,
  type TelegramApi,
  type TelegramUser,
  TOKEN,
} from '#test/services/telegram-api/telegram-api.ts'
import { PASSWORD } from '#test/web/start-web.ts'
import { launchChromium } from './chromium.ts'

const SITE = 'http://pass.example.org'
const PORT = 18_480
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }
const DESKTOP = { viewport: { width: 820, height: 640 } }
const LIGHT_EN = { colorScheme: 'light', locale: 'en-GB' } as const
const DARK_EN = { colorScheme: 'dark', locale: 'en-GB' } as const
const LIGHT_ZH = { colorScheme: 'light', locale: 'zh-CN' } as const
const DARK_ZH = { colorScheme: 'dark', locale: 'zh-CN' } as const

const SHEET = `body { margin: 0 } main { width: 1120px; padding: 16px; box-sizing: border-box; background: #c9ced3;
  display: grid; gap: 16px } div { display: flex; gap: 16px; align-items: flex-start }
  img { min-width: 0; flex: 1; width: 0; border-radius: 8px }`

type Look = NonNullable<Parameters<Browser['newContext']>[0]>
type Session = Awaited<ReturnType<BrowserContext['storageState']>>
type Shot = Promise<Buffer>

const dataDir = makeDataDir()
const telegram = await startTelegramApi()
const server = spawnServer({
  DATA_DIR: dataDir.path,
  PORT: String(PORT),
  BASE_URL: SITE,
  SIGNUP: 'open',
  TELEGRAM_BOT_TOKEN: TOKEN,
  TELEGRAM_API_ROOT: telegram.url,
})
const browser = await launchChromium({ 'pass.example.org': `127.0.0.1:${PORT}` })
let session: Session
try {
  await server.ready()
  await takeAll(telegram)
} finally {
  await browser.close()
  await server.kill()
  await telegram.close()
  dataDir.remove()
}

async function takeAll(api: TelegramApi): Promise<void> {
  session = await makeFirstAccount()
  const ann = api.user({ first_name: 'Ann', last_name: 'Lee', username: 'annlee' }, 'started')
  const work = api.user(
    { first_name: 'Ann', last_name: '(work)', username: 'ann_at_work' },
    'started',
  )
  await link(ann)
  await compose('linking-pages', [
    [
      await asked(work, { ...PHONE, ...LIGHT_EN }),
      await pin(work, { ...PHONE, ...LIGHT_EN }),
      await asked(work, { ...PHONE, ...DARK_ZH }),
      await pin(work, { ...PHONE, ...DARK_ZH }),
    ],
    [await pin(work, { ...DESKTOP, ...LIGHT_ZH }), await pin(work, { ...DESKTOP, ...DARK_EN })],
  ])
  await compose('account-pages', [
    [
      await account('/account/chats', { ...PHONE, ...LIGHT_EN }),
      await register({ ...PHONE, ...DARK_EN }),
      await account('/account/security', { ...PHONE, ...DARK_ZH }),
      await register({ ...PHONE, ...LIGHT_ZH }),
    ],
    [
      await account('/account/security', { ...DESKTOP, ...LIGHT_EN }),
      await account('/account/chats', { ...DESKTOP, ...DARK_ZH }),
    ],
  ])
}

/** The session in which it is signed in. */
async function makeFirstAccount(): Promise<Session> {
  const page = await browser.newPage()
  await page.goto(server.firstLink ?? '')
  await page.fill('[name=username]', 'ann')
  await page.fill('[name=displayName]', 'Ann Lee')
  await page.fill('[name=password]', PASSWORD)
  await page.click('main button.primary')
  await page.waitForURL(`${SITE}/`)
  const state = await page.context().storageState()
  await page.context().close()
  return state
}

/** Signed in, at the page to which the chat's button leads. */
async function begun(user: TelegramUser, look: Look): Promise<Page> {
  const { message_id: last } = user.says('/link').message
  const message = await telegram.waitFor(
    () => user.sees().findLast(({ message_id }) => message_id > last),
    () => user.transcript(),
  )
  const page = await (await signedIn(look)).newPage()
  await page.goto(user.opens('Link my account', { on: message }))
  return page
}

async function asked(user: TelegramUser, look: Look): Shot {
  return take(await begun(user, look))
}

async function pin(user: TelegramUser, look: Look): Shot {
  const page = await begun(user, look)
  await page.click('main button.primary')
  await page.locator('.countdown', { hasText: '(' }).waitFor()
  return take(page)
}

async function link(user: TelegramUser): Promise<void> {
  const page = await begun(user, { ...DESKTOP, ...LIGHT_EN })
  await page.click('main button.primary')
  user.says((await page.locator('.pin').textContent()) ?? '')
  await page.locator('h1.good-news').waitFor()
  await page.context().close()
}

async function account(path: string, look: Look): Shot {
  const page = await (await signedIn(look)).newPage()
  await page.goto(SITE + path)
  return take(page)
}

async function register(look: Look): Shot {
  const page = await (await browser.newContext(look)).newPage()
  await page.goto(`${SITE}/register`)
  await page.fill('[name=username]', 'bob')
  await page.fill('[name=email]', 'bob@example.org')
  return take(page)
}

function signedIn(look: Look): Promise<BrowserContext> {
  return browser.newContext({ ...look, storageState: session })
}

/** Of the whole page, which is closed with its browser's session. */
async function take(page: Page): Shot {
  await page.waitForLoadState('load')
  const size = page.viewportSize() ?? DESKTOP.viewport
  const tall = Number(await page.evaluate('document.documentElement.scrollHeight'))
  await page.setViewportSize({ ...size, height: Math.max(size.height, tall) })
  const picture = await page.screenshot()
  await page.context().close()
  return picture
}

/** Rows of pictures on one sheet. */
async function compose(name: string, rows: readonly (readonly Buffer[])[]): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1120, height: 400 } })
  const drawn = rows.map((row) => `<div>${row.map(drawing).join('')}</div>`)
  await page.setContent(`<style>${SHEET}</style><main>${drawn.join('')}</main>`)
  const path = new URL(`../../docs/${name}.png`, import.meta.url).pathname
  rmSync(path, { force: true })
  await page.locator('main').screenshot({ path })
  await page.close()
  console.log(path)
}

function drawing(picture: Buffer): string {
  return `<img alt="" src="data:image/png;base64,${picture.toString('base64')}">`
}
