import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Outcome } from '#core/delivery.ts'
import type { ShareView } from '#engine/engine.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { type RunningWeb, startWeb, until } from '#test/web/start-web.ts'
import { elements, fieldsOf, formOf, linksOf, signedIn, type Visitor } from './visitor.ts'

let web: RunningWeb
let visitor: Visitor
const outcomes = new Map<string, Outcome>()
beforeAll(async () => {
  const email = createScriptedChannel({
    name: 'email',
    send: ({ address }) => outcomes.get(address.value) ?? { kind: 'accepted' },
  })
  web = await startWeb({ settings: { undoSeconds: 30 }, parts: () => ({ channels: [email] }) })
  visitor = await signedIn(web)
})
afterAll(() => web.close())

async function share(recipients: string[], more: object = {}): Promise<ShareView> {
  const request = { url: 'https://www.example.org/a', recipients, ...more }
  const options = { frontEnd: 'api', locale: 'en' } as const
  const made = await web.engine.sharing.accept(web.ann.account, request, options)
  return made.share
}

async function settled(recipients: string[]): Promise<ShareView> {
  const { id } = await share(recipients)
  return until(
    () => web.engine.sharing.get(web.ann.account, id),
    ({ deliveries }) => deliveries.every(({ attempts }) => attempts > 0),
  )
}

function read(id: string): Promise<ShareView> {
  return web.engine.sharing.get(web.ann.account, id)
}

describe("a share's status page", () => {
  it('says of each recipient how it stands, and why', async () => {
    outcomes.set('gone@example.org', {
      kind: 'permanent',
      reason: 'no_such_recipient',
      detail: '550 <b>no</b>',
      suppress: false,
    })
    const { id } = await settled(['bob@example.org', 'gone@example.org'])
    const page = await visitor.get(`/shares/${id}`)
    expect(page.text).toContain('bob@example.org Email Sent')
    expect(page.text).toContain('There is nobody at this address. (550 <b>no</b>)')
    expect(page.text).toContain('2 people 1 sent 1 not reached')
    expect(elements(page, 'b')).toEqual([])
  })

  it("is not there for another's share, whatever is asked of it", async () => {
    const { id } = await settled(['bob@example.org'])
    const bob = await signedIn(web, 'bob')
    const paths = [`/shares/${id}`, `/shares/${id}/cancel`, `/shares/${id}/recall`]
    const parts = ['message', 'mail', 'qr', 'recall'].map((part) => `/deliveries/${id}-0/${part}`)
    for (const path of [...paths, ...parts]) expect((await bob.get(path)).status).toBe(404)
    const csrf = fieldsOf(formOf(await bob.get('/'), '/sign-out')!)
    const posts = [
      ...['cancel', 'recall', 'recipients'].map((part) => `/shares/${id}/${part}`),
      ...['retry', 'cancel', 'recall', 'fix'].map((part) => `/deliveries/${id}-0/${part}`),
    ]
    for (const path of posts) {
      expect((await bob.post(path, { ...csrf, to: 'eve@example.org' })).status).toBe(404)
    }
    expect((await read(id)).deliveries).toHaveLength(1)
  })

  it('is not there for ids that nobody made', async () => {
    for (const id of ['x', '%00', '..%2f..', 'a'.repeat(3000), '0'.repeat(15)]) {
      expect((await visitor.get(`/shares/${id}`)).status).toBe(404)
      expect((await visitor.get(`/deliveries/${id}/message`)).status).toBe(404)
      expect((await visitor.get(`/deliveries/${id}-0/qr`)).status).toBe(404)
    }
  })

  it('changes nothing by GET', async () => {
    const { id } = await settled(['bob@example.org'])
    const before = await read(id)
    for (const part of ['cancel', 'recall']) await visitor.get(`/shares/${id}/${part}`)
    await visitor.get(`/deliveries/${id}-0/recall`)
    expect(await read(id)).toEqual(before)
  })

  it('sends again, to the same address or to a better one', async () => {
    outcomes.set('typo@example.org', {
      kind: 'permanent',
      reason: 'no_such_recipient',
      detail: '550',
      suppress: false,
    })
    const { id } = await settled(['typo@example.org'])
    const page = await visitor.get(`/shares/${id}`)
    const retried = await visitor.submit(page, `/deliveries/${id}-0/retry`)
    expect((await visitor.follow(retried)).text).toContain('It goes out again.')
    await until(
      () => read(id),
      ({ deliveries }) => deliveries[0]?.state === 'failed',
    )
    const failed = await visitor.get(`/shares/${id}`)
    const fix = `/deliveries/${id}-0/fix`
    const refused = await visitor.submit(failed, fix, { to: 'nonsense' })
    expect(refused.status).toBe(422)
    expect(refused.text).toContain('nonsense: There is no contact of this name.')
    await Promise.all([
      visitor.submit(failed, fix, { to: 'right@example.org' }),
      visitor.submit(failed, fix, { to: 'right@example.org' }),
    ])
    const { deliveries } = await read(id)
    expect(deliveries.map(({ address }) => address)).toEqual([
      'typo@example.org',
      'right@example.org',
    ])
    expect(deliveries[1]?.replaces).toBe(`${id}-0`)
  })

  it('adds people once, and explains whom it could not add', async () => {
    const { id } = await settled(['bob@example.org'])
    const path = `/shares/${id}/recipients`
    const page = await visitor.get(`/shares/${id}`)
    const refused = await visitor.submit(page, path, { to: 'eve@example.org, nonsense' })
    expect(refused.status).toBe(422)
    expect(fieldsOf(formOf(refused, path)!).to).toEqual(['eve@example.org, nonsense'])
    expect((await visitor.submit(page, path, { to: ' ' })).status).toBe(422)
    await visitor.submit(page, path, { to: 'eve@example.org' })
    const twice = await visitor.submit(page, path, { to: 'eve@example.org' })
    expect(twice.status).toBe(303)
    expect((await read(id)).deliveries).toHaveLength(2)
  })

  it('recalls one message or all, after asking', async () => {
    const { id } = await settled(['bob@example.org', 'eve@example.org'])
    const one = await visitor.get(`/deliveries/${id}-0/recall`)
    await visitor.submit(one, `/deliveries/${id}-0/recall`)
    expect((await read(id)).deliveries.map(({ state }) => state)).toEqual(['recalled', 'accepted'])
    const all = await visitor.get(`/shares/${id}/recall`)
    const done = await visitor.follow(await visitor.submit(all, `/shares/${id}/recall`))
    expect(done.text).toContain('Recalled: the links lead nowhere any more.')
    expect((await read(id)).recalledAt).not.toBeNull()
  })

  it('can be undone while it is held, and says how long', async () => {
    const form = await visitor.get('/share?url=https://example.org/held&to=bob@example.org')
    const sent = await visitor.follow(await visitor.submit(form, '/share', { action: 'send' }))
    expect(sent.text).toContain('On its way to 1 person.')
    expect(sent.text).toMatch(/Goes out in (2\d|30) seconds\./)
    const id = /\/shares\/(\w+)\/cancel/.exec(sent.html)?.[1] ?? ''
    const undone = await visitor.follow(await visitor.submit(sent, `/shares/${id}/cancel`))
    expect(undone.text).toContain('Taken back. Nothing of it is sent.')
    expect((await read(id)).deliveries.map(({ state }) => state)).toEqual(['cancelled'])
    expect((await visitor.get(`/shares/${id}`)).text).not.toContain('Goes out in')
  })

  it('says when a planned message goes out, and lets it be cancelled', async () => {
    const sendAt = Date.now() + 86_400_000
    const { id } = await share(['bob@example.org'], { sendAt })
    const page = await visitor.get(`/shares/${id}`)
    const stamp = new Date(sendAt).toISOString()
    const times = elements(page, 'time').map((time) => time.attribs.datetime)
    expect(times).toContain(stamp)
    await visitor.submit(page, `/deliveries/${id}-0/cancel`)
    expect((await read(id)).deliveries[0]?.state).toBe('cancelled')
  })

  it('shows opens, apart from those that may not be named', async () => {
    const { id, deliveries } = await settled(['late@example.org', 'shy@example.org'])
    const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' }
    await visit(deliveries[0]?.link, headers)
    await visit(deliveries[1]?.link, { ...headers, 'sec-gpc': '1' })
    await until(
      () => web.engine.sharing.visits(web.ann.account, id, { limit: 10, cursor: null }),
      ({ counters }) => counters.length === 2,
    )
    const page = await visitor.get(`/shares/${id}`)
    expect(page.text).toContain('Newest visits')
    expect(page.text).not.toContain('203.0.113')
  })

  it('leads back to a web page alone', async () => {
    const { id } = await settled(['bob@example.org'])
    const bad = encodeURIComponent('javascript:alert(1)')
    const page = await visitor.get(`/shares/${id}?done=1&return=${bad}`)
    expect(linksOf(page).get('Done, back to www.example.org')).toBe('https://www.example.org/a')
    expect(page.html).not.toContain('href="javascript')
  })

  it('shows a thousand recipients in pages', async () => {
    const many = Array.from({ length: 250 }, (_, i) => `user${i}@example.org`)
    const { id } = await share(many)
    const first = await visitor.get(`/shares/${id}`)
    expect(first.text).toContain('250 people')
    expect(elements(first, 'li').filter((li) => li.attribs.class === 'delivery')).toHaveLength(100)
    const next = linksOf(first).get('Show the next (150 left)')
    expect((await visitor.get(next ?? '')).text).toContain('user100@example.org')
    expect((await visitor.get(`/shares/${id}?from=-5e99`)).status).toBe(200)
  })
})

async function visit(link: string | undefined, headers: Record<string, string>): Promise<void> {
  const code = new URL(link ?? '').pathname.slice('/r/'.length)
  const request = { code, method: 'GET', ip: '203.0.113.9', headers, viewer: null }
  await web.engine.visiting.visit(request)
}

describe("a delivery's own pages", () => {
  it('show its link as a code and its message as it goes out', async () => {
    const { id, deliveries } = await settled(['bob@example.org'])
    const qr = await visitor.get(`/deliveries/${id}-0/qr`)
    expect(elements(qr, 'svg').map((svg) => svg.attribs['aria-label'])).toContain(
      'QR code of the link',
    )
    const message = await visitor.get(`/deliveries/${id}-0/message`)
    expect(message.text).toContain(deliveries[0]?.link)
  })

  it('keep every code out of titles', async () => {
    const { id, deliveries } = await settled(['bob@example.org'])
    const code = new URL(deliveries[0]?.link ?? '').pathname.slice('/r/'.length)
    for (const path of [`/shares/${id}`, `/deliveries/${id}-0/qr`, `/deliveries/${id}-0/message`]) {
      const page = await visitor.get(path)

      expect(/<title>(.*)<\/title>/.exec(page.html)?.[1]).not.toContain(code)
    }
  })
})

describe('while mail really goes out with links to this machine', () => {
  it('every page says so', async () => {
    const said = 'Links lead to this machine'
    expect((await visitor.get('/shares')).html).toContain(said)
    expect((await visitor.get('/share?url=https://www.example.org/a')).html).toContain(said)
    const settings = { baseUrl: 'http://localhost:8080', linkBaseUrl: 'https://l.example.org' }
    for (const [baseUrl, warned] of [
      [settings.baseUrl, true],
      ['https://go.example.org', false],
    ] as const) {
      const other = await startWeb({
        settings: { ...settings, baseUrl },
        parts: () => ({ channels: [createScriptedChannel()] }),
      })
      const { html } = await (await signedIn(other)).get('/shares')
      expect(html.includes(said)).toBe(warned)
      await other.close()
    }
  })
})

describe('while a connection is down', () => {
  it('every page says so, and why to the operator alone', async () => {
    outcomes.set('dark@example.org', { kind: 'down', detail: '535 the password is wrong' })
    await share(['dark@example.org'])
    await until(
      () => web.engine.health.channels(),
      (channels) => channels.some(({ paused }) => paused !== null),
    )
    const said = 'Email is down at the moment. Messages wait and go out when it is back.'
    const ours = await visitor.get('/shares')
    expect(ours.html).toContain(`${said} (535 the password is wrong)`)
    const theirs = await (await signedIn(web, 'bob')).get('/shares')
    expect(theirs.html).toContain(said)
    expect(theirs.html).not.toContain('535')
  })
})
