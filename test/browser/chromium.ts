import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Debian's; another may be named. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

export function hasChromium(): boolean {
  return existsSync(CHROMIUM)
}

/**
 * A headless browser that asks nobody but this machine. `sites` puts hosts of the internet here:
 * `{'www.example.org': '127.0.0.1:8081'}`.
 */
export function launchChromium(sites: Readonly<Record<string, string>> = {}): Promise<Browser> {
  const here = Object.entries(sites).map(([host, address]) => `MAP ${host} ${address}`)
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--headless',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--host-resolver-rules=${[...here, 'MAP * ~NOTFOUND', 'EXCLUDE localhost', 'EXCLUDE 127.0.0.1'].join(', ')}`,
    ],
  })
}
