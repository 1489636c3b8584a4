import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DeliveryId } from '#core/ids.ts'
import { type RunningWeb, startWeb, until } from '#test/web/start-web.ts'
import { elements, Visitor } from './visitor.ts'

let web: RunningWeb
let path: string
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.close())

let nth = 0
beforeEach(async () => {
  const request = { url: 'https://example.org/a', recipients: [`reader${nth++}@example.org`] }
  const options = { frontEnd: 'api', locale: 'en' } as const
  const { share } = await web.engine.sharing.accept(web.ann.account, request, options)
  const { items } = await until(
    () => web.engine.outbox.page({ limit: 1, cursor: null }),
    ({ items }) => items[0]?.delivery === `${share.id}-0`,
  )
  const rendered = items[0]?.rendered
  const text = rendered?.channel === 'email' ? rendered.text : ''
  path = /\/u\/[\w-]+/.exec(text)?.[0] ?? ''
})

const TOKEN_OF = (): string => path.slice('/u/'.length)

async function stopped(): Promise<string | undefined> {
  return (await web.engine.consent.view(TOKEN_OF()))?.stopped
}

function reader(language = 'en'): Visitor {
  return new Visitor(web.url, language)
}

async function choose(choice: string) {
  return reader().post(path, { choice })
}

describe("the recipient's page", () => {
  it('changes nothing by being looked at, and keeps no cookie', async () => {
    const page = await reader().get(path)
    expect(page.status).toBe(200)
    expect(page.headers.getSetCookie()).toEqual([])
    expect(elements(page, 'script')).toEqual([])
    expect(await stopped()).toBe('no')
  })

  it('does not name its token in title or forms, nor show the whole address', async () => {
    const page = await reader().get(path)
    expect(page.html).not.toContain(TOKEN_OF())
    expect(page.text).toMatch(/r…@example\.org/)
  })

  it('stops everybody, then one sender alone, then nobody', async () => {
    const all = await choose('stop-all')
    expect(all.status).toBe(200)
    expect(all.text).toContain('You get no more messages from here')
    expect(await stopped()).toBe('all')
    await choose('stop-sender')
    expect(await stopped()).toBe('sender')
    expect((await choose('resume')).text).toContain('Stop these messages?')
    expect(await stopped()).toBe('no')
  })

  it('keeps opens from being named, and takes that back', async () => {
    expect((await choose('untrack')).text).toContain(
      'Senders do not see when you open their links.',
    )
    expect((await web.engine.consent.view(TOKEN_OF()))?.untracked).toBe(true)
    await choose('track')
    expect((await web.engine.consent.view(TOKEN_OF()))?.untracked).toBe(false)
  })

  it('speaks the language of the reader', async () => {
    expect((await reader('zh-TW,zh').get(path)).text).toContain('不再接收这些消息？')
  })

  it('does nothing for a choice that is none', async () => {
    for (const choice of ['', 'stop', 'STOP-ALL', '__proto__']) {
      expect((await choose(choice)).status).toBe(422)
    }
    expect(await stopped()).toBe('no')
  })

  it('is not there for tokens that nobody made', async () => {
    for (const token of ['x', `${TOKEN_OF()}x`, TOKEN_OF().slice(1), '%00', 'a'.repeat(4000)]) {
      expect((await reader().get(`/u/${token}`)).status).toBe(404)
      expect((await reader().post(`/u/${token}`, { choice: 'stop-all' })).status).toBe(404)
    }
  })
})

describe('One-Click', () => {
  it('stops everybody with a form of either encoding, answered plainly', async () => {
    const multipart = new FormData()
    multipart.set('List-Unsubscribe', 'One-Click')
    for (const body of [new URLSearchParams('List-Unsubscribe=One-Click'), multipart]) {
      await choose('resume')
      const answer = await fetch(web.url + path, { method: 'POST', body, redirect: 'manual' })
      expect(answer.status).toBe(200)
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(await stopped()).toBe('all')
    }
  })

  it('takes no body of any size', async () => {
    const body = `x=${'y'.repeat(100_000)}&List-Unsubscribe=One-Click`
    const answer = await fetch(web.url + path, { method: 'POST', body }).catch(() => null)
    expect(answer?.status ?? 413).toBe(413)
    expect(await stopped()).toBe('no')
  })

  it('is not mistaken for what only looks like it', async () => {
    for (const body of ['List-Unsubscribe=One-Clicked', 'X-List-Unsubscribe=One-Click', '']) {
      const answer = await fetch(web.url + path, { method: 'POST', body })
      expect(answer.status).toBe(422)
    }
    expect(await stopped()).toBe('no')
  })
})

describe('the page under another host', () => {
  it('opens as it is, for phones that know no TLS of today, whatever BASE_URL is', async () => {
    const secure = await startWeb({ settings: { baseUrl: 'https://passalong.example.org' } })
    const target = { url: 'https://example.org/a', recipients: ['phone@example.org'] }
    const options = { frontEnd: 'api', locale: 'en' } as const
    const { share } = await secure.engine.sharing.accept(secure.ann.account, target, options)
    const token = secure.keys.stopToken(`${share.id}-0` as DeliveryId)
    const { port } = new URL(secure.url)
    const { statusCode, headers } = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ port, path: `/u/${token}`, headers: { host: 'l.example.org' } }, (answer) =>
        resolve(answer.resume()),
      )
        .once('error', reject)
        .end()
    })
    await secure.close()
    expect(statusCode).toBe(200)
    expect([headers.location, headers['set-cookie']]).toEqual([undefined, undefined])
  })
})
