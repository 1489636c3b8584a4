import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closedWorld, lookupOf, type Site, startSite } from '#test/fixtures/preview-sites.ts'
import { createUnfurler } from '../../../adapters/unfurler/unfurler.ts'

const MIB = 1_048_576

const PAGES: Readonly<Record<string, () => string>> = {
  'nested elements': () => '<div>'.repeat(100_000),
  'elements that nest wrongly': () => '<b><a>'.repeat(20_000),
  'one endless attribute': () => `<meta content="${'x'.repeat(MIB)}`,
  'one endless tag': () => `<meta ${'a=b '.repeat(200_000)}`,
  'one endless comment': () => `<!--${'-'.repeat(MIB)}`,
  'one endless title': () => `<title>${'x'.repeat(MIB)}`,
  'entities without end': () => `<title>${'&amp'.repeat(200_000)}`,
  'a hundred thousand metas': () => '<meta property="og:title" content="x">'.repeat(20_000),
  'opened brackets': () => '<'.repeat(MIB),
  'unclosed script': () => `<script>${'</scrip'.repeat(100_000)}`,
  'nested templates': () => '<template><noscript>'.repeat(30_000),
  'heads in heads': () => '<html><head>'.repeat(40_000),
  'titles in titles': () => '<title><script>'.repeat(30_000),
  'closing tags that close nothing': () => '</p></head2></br></b>'.repeat(25_000),
  'pictures in pictures': () => '<svg><title>'.repeat(40_000),
}

let site: Site
beforeAll(async () => {
  const bomb = gzipSync(Buffer.alloc(200 * MIB, 'x'), { level: 9 })
  site = await startSite('127.0.0.2', (request, response) => {
    const name = decodeURIComponent((request.url ?? '/').slice(1))
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (name === 'bomb') response.setHeader('content-encoding', 'gzip').end(bomb)
    else if (name === 'endless') pour(response)
    else if (name === 'drip') drip(response, '<meta charset=utf-8>')
    else if (name === 'title then drip') drip(response, '<title>early</title>')
    else response.end(PAGES[name]?.() ?? '')
  })
})
afterAll(() => site.close())

function pour(response: ServerResponse) {
  const more = () => {
    while (!response.destroyed && response.write('<meta name=x content=y>'.repeat(500)));
  }
  response.on('drain', more)
  more()
}

function drip(response: ServerResponse, start: string) {
  response.write(start)
  const timer = setInterval(() => response.write(' '), 10)
  response.on('close', () => clearInterval(timer))
}

const unfurl = async (name: string, timeoutMs = 3_000) => {
  const unfurler = createUnfurler(
    { userAgent: 'test', timeoutMs },
    { blocked: closedWorld(), lookup: lookupOf({ 'site.example.org': ['127.0.0.2'] }) },
  )
  const start = performance.now()
  const preview = await unfurler.unfurl(
    `http://site.example.org:${site.http}/${encodeURIComponent(name)}`,
  )
  const tookMs = performance.now() - start
  await unfurler.close()
  return { preview, tookMs }
}

/**
 * The longest that the event loop was held, in time of a core, which others that use the machine take nothing of; the
 * best of five, since they slow it down.
 */
async function longestHoldMs(work: () => Promise<unknown>): Promise<number> {
  const holds = []
  for (let attempt = 0; attempt < 5; attempt++) {
    const hold = watchHolds()
    await work()
    holds.push(hold.longestMs())
    if (hold.longestMs() < 30) break
  }
  return Math.min(...holds)
}

/** Looks every millisecond what this thread has used since the last look: a hold is what came between two of them. */
function watchHolds(): { longestMs(): number } {
  let longestUs = 0
  let used = process.threadCpuUsage()
  const look = (): void => {
    const now = process.threadCpuUsage()
    longestUs = Math.max(longestUs, now.user + now.system - used.user - used.system)
    used = now
  }
  const looking = setInterval(look, 1)
  return {
    longestMs() {
      clearInterval(looking)
      look()
      return longestUs / 1_000
    },
  }
}

describe('a hostile page', () => {
  test.each(Object.keys(PAGES))('of %s never holds the event loop', async (name) => {
    await unfurl(name)
    expect(await longestHoldMs(() => unfurl(name))).toBeLessThan(50)
    expect((await unfurl(name)).tookMs).toBeLessThan(8_000)
  })

  test('that unpacks to 200 MB is read no further than the limit', async () => {
    const before = process.memoryUsage().rss
    expect(await longestHoldMs(() => unfurl('bomb'))).toBeLessThan(50)
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * MIB)
  })

  test('without an end is cut', async () => {
    const { tookMs } = await unfurl('endless')
    expect(tookMs).toBeLessThan(8_000)
  })

  test('that drips is given up in time, and what it had said counts', async () => {
    // The page drips for ever; what had come long before the time was up counts.
    const silent = await unfurl('drip', 300)
    expect(silent.preview).toBeNull()
    expect(silent.tookMs).toBeLessThan(8_000)
    const early = await unfurl('title then drip', 1_500)
    expect(early.preview).toMatchObject({ title: 'early' })
    expect(early.tookMs).toBeLessThan(8_000)
  })
})
