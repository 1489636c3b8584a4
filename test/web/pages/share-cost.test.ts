import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOutboxChannel } from '#adapters/channels/outbox/outbox.ts'
import type { ShareRequest } from '#engine/engine.ts'
import type { Channel } from '#ports/channel.ts'
import type { Store } from '#ports/store/store.ts'
import { RENDERING } from '#test/core/message/sample.ts'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { signedIn, type Visitor } from './visitor.ts'

const CHINA = '+8613800138000'
const BRITAIN = '+447911123456'
const GERMANY = '+4915123456789'

let web: RunningWeb
let visitor: Visitor
beforeAll(async () => {
  const smsPrices = [
    { prefix: '+86', amount: 0.045, currency: 'EUR' },
    { prefix: '+44', amount: 0.04, currency: 'GBP' },
  ]
  web = await startWeb({ settings: { smsPrices }, parts: (store) => ({ channels: [sms(store)] }) })
  visitor = await signedIn(web)
})
afterAll(() => web.close())

/** Goes out, for all that the engine can see. */
function sms({ outbox }: Store): Channel {
  return { ...createOutboxChannel({ name: 'sms' }, { outbox, settings: RENDERING }), via: 'sms' }
}

const summary = async (query: Record<string, string>, language = 'en') => {
  const page = await visitor.get(
    `/share?${new URLSearchParams({ url: 'https://example.org/a', ...query })}`,
    { 'accept-language': language },
  )
  return page.text
}

describe('the cost of text messages', () => {
  it('stands in the summary: segments, each currency, who has no price', async () => {
    expect(await summary({ to: `${CHINA}, ${BRITAIN}, ${GERMANY}` })).toContain(
      '3 text messages · about €0.045 + £0.04 · 1 of 3 without a price',
    )
  })

  it('is said to be a bound where those who know how to stop take less', async () => {
    const text = await summary({ to: CHINA, text: 'x'.repeat(85) })
    expect(text).toContain('at most 2 text messages · about €0.09')
  })

  it('says what plain quotes and dashes save', async () => {
    expect(await summary({ to: CHINA, text: '“Look” – it’s here' })).toContain(
      'Quotes and dashes are written plainly: 1 text message instead of 2.',
    )
    expect(await summary({ to: CHINA, text: 'Look' })).not.toContain('plainly')
  })

  it('warns of a note that is shortened, of pushes that go as texts, of a number that costs', async () => {
    const text = await summary({
      url: 'tel:+19002345678',
      to: `wap:${CHINA}`,
      text: 'word '.repeat(200),
    })
    expect(text).toContain('The note is too long for SMS')
    expect(text).toContain('1 person gets a text message instead')
    expect(text).toContain('+19002345678 is a premium-rate number')
  })

  it('stands on the page of the share that was accepted, and in the API', async () => {
    const recipients = [CHINA, BRITAIN, GERMANY]
    const body = { url: 'https://example.org/a', recipients, note: '“Look” – it’s here' }
    const { status, json } = await web.api('POST', '/api/v1/shares', { body })
    expect(status).toBe(202)
    const cost = {
      segments: 3,
      messages: 3,
      prices: [
        { amount: 0.045, currency: 'EUR' },
        { amount: 0.04, currency: 'GBP' },
      ],
      unpriced: 1,
    }
    expect(json.cost).toEqual(cost)
    expect(json.estimate).toEqual({
      ...cost,
      atMost: false,
      saved: 3,
      shortenedTo: null,
      seconds: 0,
    })
    const again = await web.api('GET', `/api/v1/shares/${json.id}`)
    expect(again.json).toMatchObject({ cost, estimate: null })
    const page = await visitor.get(`/shares/${json.id}`)
    expect(page.text).toContain('3 text messages · about €0.045 + £0.04 · 1 of 3 without a price')
  })
})

describe('links of messages', () => {
  it('start with a short http host though pages are https: no cookie, no redirect, whatever Host', async () => {
    const short = await startWeb({
      settings: { baseUrl: 'https://passalong.example.org', linkBaseUrl: 'http://p.example' },
    })
    try {
      const request: ShareRequest = { url: 'https://example.org/a', recipients: [CHINA] }
      const call: ShareRequest = { url: 'tel:+861065529988,,12#', recipients: [CHINA] }
      for (const wanted of [request, call]) {
        const { json } = await short.api('POST', '/api/v1/shares', { body: wanted })
        const [{ link, id }] = json.deliveries
        expect(link).toMatch(/^http:\/\/p\.example\/r\/[0-9A-Za-z]+$/)
        const rendered = await short.engine.sharing.rendered(short.ann.account, id)
        expect(JSON.stringify(rendered)).toContain(link)
        const headers = { host: 'p.example' }
        const answer = await fetch(short.url + new URL(link).pathname, {
          redirect: 'manual',
          headers,
        })
        expect(answer.headers.get('set-cookie')).toBeNull()
        // What a browser hears over http it ignores; no other host of the domain is bound by it.
        expect(answer.headers.get('strict-transport-security')).not.toContain('includeSubDomains')
        if (wanted === call) expect(answer.status).toBe(200)
        else expect(answer.headers.get('location')).toBe('https://example.org/a')
      }
    } finally {
      await short.close()
    }
  })

  it('of our short host are known as our own when pasted', async () => {
    const short = await startWeb({
      settings: { baseUrl: 'https://passalong.example.org', linkBaseUrl: 'http://p.example' },
    })
    try {
      const share = (url: string) =>
        short.api('POST', '/api/v1/shares', { body: { url, recipients: [CHINA] } })
      const first = await share('https://example.org/a')
      const { json } = await share(first.json.deliveries[0].link)
      expect(json.target.url).toBe('https://example.org/a')
    } finally {
      await short.close()
    }
  })
})
