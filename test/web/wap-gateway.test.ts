import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DeliveryId } from '#core/ids.ts'
import { fetchByWap, missingFakewap } from '#test/services/fakewap.ts'
import { type Kannel, missingKannel, startKannel } from '#test/services/kannel.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { missingWbxml, wbxmlToXml } from '#test/services/wbxml.ts'
import { type RunningWeb, startWeb } from './start-web.ts'

/**
 * What a handset of 2002 gets by WSP over UDP: Kannel's gateway asks for WML in its name, and compiles it. What comes
 * to the handset is read back by another codec.
 */
describe.skipIf(skippedFor(missingKannel() ?? missingFakewap() ?? missingWbxml()))(
  'a page by a WAP gateway',
  () => {
    let web: RunningWeb
    let kannel: Kannel
    beforeAll(async () => {
      ;[web, kannel] = await Promise.all([startWeb(), startKannel({ wap: true })])
    })
    afterAll(async () => {
      await Promise.all([web?.close(), kannel?.stop()])
    })

    async function linkTo(url: string, more: object = {}): Promise<{ id: string; url: string }> {
      const request = { url, recipients: ['bob@example.org'], ...more }
      const options = { frontEnd: 'api', locale: 'en' } as const
      const { share } = await web.engine.sharing.accept(web.ann.account, request, options)
      return { id: share.id, url: web.url + new URL(share.deliveries[0]!.link).pathname }
    }

    const fetched = async (url: string): Promise<string> =>
      wbxmlToXml(await fetchByWap(kannel, url))

    test('calls a number, with its access code beside it', async () => {
      const { url } = await linkTo('tel:+861065529988,,123456', { title: '电台 & friends' })
      const page = await fetched(url)
      expect(page).toMatch(/href="wtai:\/\/wp\/mc;\+861065529988"/)
      expect(page).toContain('123456')
      expect(page).toContain('电台 &amp; friends')
    })

    test('leads to a film, and keeps dollars what they are', async () => {
      const { url } = await linkTo('https://media.example.org/a.mp4?x=1&y=$z', { note: 'costs $5' })
      const page = await fetched(url)
      expect(page).toContain('costs $5')
      expect(page).toContain('media.example.org/a.mp4?x=1&amp;y=$z')
    })

    test('offers to stop, by a button that posts', async () => {
      const { id } = await linkTo('https://example.org/c')
      const url = `${web.url}/u/${web.keys.stopToken(`${id}-0` as DeliveryId)}`
      const page = await fetched(url)
      expect(page).toContain('method="post"')
      expect(page).toContain('value="stop-all"')
    })
  },
)
