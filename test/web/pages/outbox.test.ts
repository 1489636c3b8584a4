import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD, type RunningWeb, startWeb, until } from '#test/web/start-web.ts'
import { elements, linksOf, signedIn, type Visitor } from './visitor.ts'

const TO = [
  'Bob <bob@example.org>',
  '+8613800138000',
  'wap:+8613800138000',
  'telegram:@carol',
  'slack:T024BE7LD/U0G9QF9C6',
  '@dora:example.org',
]
const NOTE = 'Hi <b>all</b> & *everybody*'

let web: RunningWeb
let operator: Visitor
let id: string
beforeAll(async () => {
  web = await startWeb()
  operator = await signedIn(web)
  const request = { url: 'https://example.org/a?b=1&c=2', note: NOTE, recipients: TO }
  const options = { frontEnd: 'api', locale: 'en' } as const
  id = (await web.engine.sharing.accept(web.ann.account, request, options)).share.id
  await until(
    () => web.engine.outbox.page({ limit: 50, cursor: null }),
    ({ items }) => items.length === TO.length,
  )
})
afterAll(() => web.close())

describe('the outbox', () => {
  it('shows each message of every channel with its own working link', async () => {
    const page = await operator.get('/outbox')
    const { deliveries } = await web.engine.sharing.get(web.ann.account, id)
    const links = [...linksOf(page).entries()].filter(([text]) => text.startsWith('Open as'))
    expect(links.map(([, href]) => href).sort()).toEqual(deliveries.map((d) => d.link).sort())
    expect(links.map(([text]) => text)).toContain('Open as Bob <bob@example.org>')
    expect(page.text).toContain('Kept here, not sent')
    const classes = elements(page, 'article').map((article) => article.attribs.class)
    const shapes = [
      'device chat',
      'device chat',
      'device chat',
      'device mailbox',
      'device phone',
      'device phone',
    ]
    expect(classes.sort()).toEqual(shapes)
  })

  it('shows what people wrote as text', async () => {
    const page = await operator.get('/outbox')
    expect(page.text).toContain('Hi <b>all</b> & *everybody*')
    expect(elements(page, 'b')).toEqual([])
  })

  it("shows a mail's HTML in a frame that runs nothing", async () => {
    const frame = elements(await operator.get('/outbox'), 'iframe')[0]
    expect(frame?.attribs.sandbox).not.toMatch(/allow-(scripts|same-origin|forms)/)
    const mail = await operator.get(frame?.attribs.src ?? '')
    expect(mail.status).toBe(200)
    const policy = mail.headers.get('content-security-policy')
    expect(policy).toContain('sandbox')
    expect(policy).toContain("default-src 'none'")
    expect(mail.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(mail.html).toContain('&lt;b&gt;all&lt;/b&gt;')
  })

  it('shows one message by itself', async () => {
    const page = await operator.get(`/outbox/${id}-1`)
    expect(page.text).toContain('+8613800138000')
    expect((await operator.get(`/outbox/${id}-1/mail`)).status).toBe(404)
    for (const other of ['x', `${id}-99`, '%00']) {
      expect((await operator.get(`/outbox/${other}`)).status).toBe(404)
    }
  })

  it('is there for the operator alone', async () => {
    const member = await signedIn(web, 'bob')
    for (const path of ['/outbox', `/outbox/${id}-0`, `/outbox/${id}-0/mail`]) {
      expect((await member.get(path)).status).toBe(404)
    }
    expect((await member.get('/')).html).not.toContain('href="/outbox"')
  })

  it('goes on in pages', async () => {
    const recipients = Array.from({ length: 30 }, (_, i) => `p${i}@example.org`)
    const request = { url: 'https://example.org/many', recipients }
    const options = { frontEnd: 'api', locale: 'en' } as const
    await web.engine.sharing.accept(web.ann.account, request, options)
    await until(
      () => web.engine.outbox.page({ limit: 100, cursor: null }),
      ({ items }) => items.length === 36,
    )
    const first = await operator.get('/outbox')
    const second = await operator.get(linksOf(first).get('Older') ?? '')
    const shown = [first, second].flatMap((page) =>
      elements(page, 'section').filter((section) => section.attribs.class === 'kept-message'),
    )
    expect(shown).toHaveLength(36)
    expect((await operator.get('/outbox?cursor=%27;drop')).status).toBeLessThan(500)
  })
})

describe('mail of the service itself', () => {
  it('is kept beside the messages, named by its mailbox', async () => {
    const service = await startWeb()
    const bob = service.bob.account
    const change = { password: PASSWORD, locale: 'en' } as const
    await service.engine.accounts.changeEmail(bob, 'bob@example.org', change)
    await until(
      () => service.engine.outbox.page({ limit: 5, cursor: null }),
      ({ items }) => items.length === 1,
    )
    const page = await (await signedIn(service)).get('/outbox')
    expect([...linksOf(page).keys()]).toContain('Open as bob@example.org')
    expect(page.text).toContain('is this your email address?')
    await service.close()
  })
})
