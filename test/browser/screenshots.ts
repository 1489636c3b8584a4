/**
 * Takes every page at phone and desktop width, light and dark, in English and Chinese, for people to look at:
 * `node test/browser/screenshots.ts [FOLDER] [NAME…]`.
 */
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext } from 'playwright-core'
import { PASSWORD } from '#test/web/start-web.ts'
import { launchChromium } from './chromium.ts'
import { type Scene, type Stage, setStage } from './stage.ts'

const LOOKS = [
  { name: 'phone-light-en', width: 390, height: 844, scheme: 'light', locale: 'en-GB' },
  { name: 'phone-dark-zh', width: 390, height: 844, scheme: 'dark', locale: 'zh-CN' },
  { name: 'desktop-light-zh', width: 1280, height: 800, scheme: 'light', locale: 'zh-CN' },
  { name: 'desktop-dark-en', width: 1280, height: 800, scheme: 'dark', locale: 'en-GB' },
] as const
type Look = (typeof LOOKS)[number]

const [folder = join(tmpdir(), 'passalong-screenshots'), ...only] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const stage = await setStage()
const browser = await launchChromium()
try {
  for (const look of LOOKS) await takeAll(browser, stage, look)
} finally {
  await browser.close()
  await stage.web.close()
}
console.log(folder)
process.exit(0)

async function takeAll(browser: Browser, { web, pages, publicPages }: Stage, look: Look) {
  const options = {
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
    locale: look.locale,
    hasTouch: look.width < 500,
    isMobile: look.width < 500,
  }
  const context = await browser.newContext(options)
  const visitor = await browser.newContext(options)
  for (const [name, scene] of wanted(publicPages)) await take(visitor, web.url, scene, name, look)
  await signIn(context, web.url)
  for (const [name, scene] of wanted(pages)) await take(context, web.url, scene, name, look)
  await context.close()
  await visitor.close()
}

function wanted(pages: Readonly<Record<string, Scene>>): [string, Scene][] {
  return Object.entries(pages).filter(([name]) => only.length === 0 || only.includes(name))
}

async function signIn(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage()
  await page.goto(`${url}/sign-in`)
  await page.fill('input[name=username]', 'ann')
  await page.fill('input[name=password]', PASSWORD)
  await page.click('main button.primary')
  await page.waitForURL(`${url}/`)
  await page.close()
}

async function take(
  context: BrowserContext,
  url: string,
  scene: Scene,
  name: string,
  look: Look,
): Promise<void> {
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(name, look.name, message.text())
  })
  const { path, press = '' } = typeof scene === 'string' ? { path: scene } : scene
  await page.goto(url + path, { waitUntil: 'load' })
  if (press) {
    await page.click(press)
    await page.waitForLoadState('load')
  }
  const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
  if (wide) console.error(name, look.name, 'is wider than its window')
  // A shot of the full page forgets that a phone has no pointer.
  const tall = Number(await page.evaluate('document.documentElement.scrollHeight'))
  await page.setViewportSize({ width: look.width, height: Math.max(look.height, tall) })
  await page.screenshot({ path: join(folder, `${name}-${look.name}.png`) })
  await page.close()
}
