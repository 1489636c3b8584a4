import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWeb, startWeb, until } from '#test/web/start-web.ts'

let web: RunningWeb
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.close())

const SHARE = { url: 'https://example.org/a', recipients: ['bob@example.org'] }

describe('POST /api/v1/shares', () => {
  it('accepts a share and answers with its deliveries and their links', async () => {
    const body = {
      ...SHARE,
      title: 'A page',
      note: 'look at this',
      recipients: ['bob@example.org', '+8613800138000', 'wap:+8613800138000'],
    }
    const { status, json } = await web.api('POST', '/api/v1/shares', { body })
    expect(status).toBe(202)
    expect(json).toMatchObject({
      target: { kind: 'page', url: 'https://example.org/a', title: 'A page' },
      note: 'look at this',
      rejected: [],
    })
    expect(json.deliveries.map((its: { channel: string }) => its.channel)).toEqual([
      'email',
      'sms',
      'wap-push',
    ])
    expect(json.deliveries[0]).toMatchObject({
      recipient: 'bob@example.org',
      address: 'bob@example.org',
      via: 'outbox',
      attempts: 0,
      tracked: true,
      firstOpenedAt: null,
      opens: 0,
      error: null,
    })
    expect(json.deliveries[0].link).toMatch(/^http:\/\/localhost:8080\/r\/[0-9A-Za-z]{17}$/)
  })

  it('shares a number to call, by phone or by a tel: URL', async () => {
    const recipients = SHARE.recipients
    const phone = await web.api('POST', '/api/v1/shares', {
      body: { phone: '+861065529988,,123456', recipients },
    })
    expect(phone.status).toBe(202)
    expect(phone.json.target).toMatchObject({ kind: 'phone', number: '+861065529988' })
    const tel = await web.api('POST', '/api/v1/shares', {
      body: { url: 'tel:+861065529988,,123456', kind: 'phone', recipients },
    })
    expect(tel.json.target).toEqual(phone.json.target)
    const code = await web.api('POST', '/api/v1/shares', {
      body: { phone: '10086', region: 'CN', recipients },
    })
    expect(code.json.target).toMatchObject({ url: 'tel:10086', number: '10086', region: 'CN' })
    const without = await web.api('POST', '/api/v1/shares', {
      body: { phone: '10086', recipients },
    })
    expect([without.status, without.json.reason]).toEqual([422, 'not_a_number'])
  })

  it('takes the kind from the extension or as it is told, and keeps it for those added later', async () => {
    const kindOf = async (url: string, kind?: string) => {
      const { json } = await web.api('POST', '/api/v1/shares', { body: { ...SHARE, url, kind } })
      const added = await web.api('POST', `/api/v1/shares/${json.id}/recipients`, {
        body: { recipients: ['carol@example.org'] },
      })
      expect(added.json.target).toEqual(json.target)
      return [json.target.kind, json.target.media]
    }
    expect(await kindOf('https://example.org/song.mp3')).toEqual(['media', 'audio'])
    expect(await kindOf('https://example.org/song.mp3', 'page')).toEqual(['page', undefined])
    expect(await kindOf('https://example.org/watch', 'media')).toEqual(['media', 'video'])
  })

  it('accepts nulls in place of what may be left out', async () => {
    const nothing = { title: null, note: null, sendAt: null, expiresAt: null, kind: null }
    const { status } = await web.api('POST', '/api/v1/shares', {
      body: { ...SHARE, ...nothing, tracking: null, region: null },
    })
    expect(status).toBe(202)
  })

  it('plans for later what has a time', async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString()
    const { json } = await web.api('POST', '/api/v1/shares', { body: { ...SHARE, sendAt } })
    expect(json).toMatchObject({ sendAt, deliveries: [{ state: 'scheduled', dueAt: sendAt }] })
    const { json: list } = await web.api('GET', '/api/v1/shares?limit=1')
    expect(list.shares).toMatchObject([{ id: json.id, sendAt, states: { scheduled: 1 }, total: 1 }])
  })

  it('refuses with every unreachable recipient named, and sends nothing', async () => {
    const recipients = ['bob@example.org', 'nonsense!!', '+999123']
    const { status, json } = await web.api('POST', '/api/v1/shares', {
      body: { ...SHARE, recipients },
    })
    expect(status).toBe(422)
    expect(json.code).toBe('recipients_rejected')
    expect(json.errors.map((its: { recipient: string }) => its.recipient)).toEqual([
      'nonsense!!',
      '+999123',
    ])
    for (const error of json.errors) expect(error.detail).not.toBe('')
  })

  it('sends to the rest where partial is wished', async () => {
    const body = { ...SHARE, recipients: ['bob@example.org', 'nonsense!!'], partial: true }
    const { status, json } = await web.api('POST', '/api/v1/shares', { body })
    expect(status).toBe(202)
    expect(json.deliveries).toHaveLength(1)
    expect(json.rejected).toMatchObject([{ recipient: 'nonsense!!', code: expect.any(String) }])
  })

  it.each([
    ['javascript:alert(1)'],
    ['data:text/html,x'],
    ['file:///etc/passwd'],
    ['http://user:pw@example.org/'],
    ['http://127.0.0.1/'],
    ['http://2130706433/'],
    ['http://0x7f.1/'],
    ['http://[::ffff:127.0.0.1]/'],
    ['http://[::]/'],
    ['http://intranet/'],
    [''],
    [`https://example.org/${'a'.repeat(2_100)}`],
  ])('refuses to share %s', async (url) => {
    const { status, json } = await web.api('POST', '/api/v1/shares', { body: { ...SHARE, url } })
    expect([status, json.code]).toEqual([422, 'invalid_target'])
    expect(json.reason).toEqual(expect.any(String))
  })

  it.each([
    ['no recipients', { recipients: [] }, 'recipients'],
    ['recipients that are no list', { recipients: 'bob@example.org' }, 'recipients'],
    ['a recipient that is no text', { recipients: ['a@example.org', 5] }, 'recipients[1]'],
    ['a title that is no text', { title: 7 }, 'title'],
    ['a title over 300 characters', { title: 'x'.repeat(301) }, 'title'],
    ['a note over 2,000 characters', { note: 'x'.repeat(2_001) }, 'note'],
    ['a misspelt field', { sentAt: '2030-01-01T00:00:00Z' }, 'sentAt'],
    ['a time that is none', { sendAt: 'tomorrow' }, 'sendAt'],
    ['an unknown kind', { kind: 'book' }, 'kind'],
    ['a page called a phone', { kind: 'phone' }, 'kind'],
    ['both a URL and a phone', { phone: '+861065529988' }, 'url'],
    ['__proto__ as a field', JSON.parse('{"__proto__": {"partial": true}}'), '__proto__'],
  ])('refuses %s with 422 and names the field', async (_what, change, field) => {
    const raw = JSON.stringify({ ...SHARE, ...change }).replace(
      /}$/,
      field === '__proto__' ? ', "__proto__": {}}' : '}',
    )
    const { status, json } = await web.api('POST', '/api/v1/shares', { raw })
    expect([status, json.code, json.field]).toEqual([422, 'invalid_field', field])
  })

  it.each([
    ['in the past', -60_000],
    ['after more than a year', 400 * 24 * 3_600_000],
  ])('refuses a time %s', async (_what, inMs) => {
    const sendAt = new Date(Date.now() + inMs).toISOString()
    const { status, json } = await web.api('POST', '/api/v1/shares', { body: { ...SHARE, sendAt } })
    expect([status, json.code]).toEqual([422, 'invalid_schedule'])
  })

  it('removes what has no place in titles and notes instead of refusing', async () => {
    const body = { ...SHARE, title: 'a\u0000b\u202ec\r\nd\ud800', note: 'one\u0007\ntwo' }
    const { status, json } = await web.api('POST', '/api/v1/shares', { body })
    expect(status).toBe(202)
    expect(json.target.title).toBe('abc d')
    expect(json.note).toBe('one\ntwo')
  })

  it('refuses more recipients than a share may have', async () => {
    const recipients = Array.from({ length: 1_001 }, (_, n) => `r${n}@example.org`)
    const { status, json } = await web.api('POST', '/api/v1/shares', {
      body: { ...SHARE, recipients },
    })
    expect([status, json.code]).toEqual([422, 'too_many_recipients'])
  })

  it('makes one delivery of an address that is named twice', async () => {
    const body = { ...SHARE, recipients: ['bob@example.org', 'Bob <bob@EXAMPLE.org>'] }
    const { json } = await web.api('POST', '/api/v1/shares', { body })
    expect(json.deliveries).toHaveLength(1)
  })
})

describe('an Idempotency-Key', () => {
  const post = (key: string, body: unknown = SHARE) =>
    web.api('POST', '/api/v1/shares', { body, headers: { 'idempotency-key': key } })

  it('accepts one share once, and shows it as it is now afterwards', async () => {
    const first = await post('once')
    const again = await post('once')
    expect([first.status, again.status]).toEqual([202, 200])
    expect(again.json.id).toBe(first.json.id)
  })

  it('refuses another body under the same key', async () => {
    await post('other-body')
    const { status, json } = await post('other-body', { ...SHARE, note: 'changed' })
    expect([status, json.code]).toEqual([409, 'idempotency_mismatch'])
  })

  it('makes one share of requests that come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('at-once')))
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1)
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9)
  })

  it('is not used up by a refusal', async () => {
    const refused = await post('refused', { ...SHARE, recipients: ['nonsense!!'] })
    expect(refused.status).toBe(422)
    expect((await post('refused')).status).toBe(202)
  })

  it('belongs to one account', async () => {
    const mine = await post('shared-key')
    const theirs = await web.api('POST', '/api/v1/shares', {
      body: SHARE,
      headers: { 'idempotency-key': 'shared-key' },
      token: web.bob.token,
    })
    expect(theirs.status).toBe(202)
    expect(theirs.json.id).not.toBe(mine.json.id)
  })

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
    ['with spaces', 'a b'],
  ])('is refused when it is %s', async (_what, key) => {
    const { status, json } = await post(key)
    expect([status, json.field]).toEqual([400, 'Idempotency-Key'])
  })
})

describe('reading shares', () => {
  it('shows a share and what became of it', async () => {
    const { json } = await web.api('POST', '/api/v1/shares', { body: SHARE })
    const share = await until(
      async () => (await web.api('GET', `/api/v1/shares/${json.id}`)).json,
      (its) => its.deliveries[0].state === 'accepted',
    )
    expect(share.deliveries[0]).toMatchObject({ via: 'outbox', attempts: 1 })
  })

  it('lists them newest first, in pages without gaps or repeats', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      const { json } = await web.api('POST', '/api/v1/shares', {
        body: SHARE,
        token: web.bob.token,
      })
      ids.unshift(json.id)
    }
    const seen: string[] = []
    let path = '/api/v1/shares?limit=2'
    while (path) {
      const { json } = await web.api('GET', path, { token: web.bob.token })
      seen.push(...json.shares.map((its: { id: string }) => its.id))
      path = json.cursor ? `/api/v1/shares?limit=2&cursor=${encodeURIComponent(json.cursor)}` : ''
    }
    expect(seen.slice(0, 5)).toEqual(ids)
    expect(new Set(seen).size).toBe(seen.length)
  })

  it.each([
    'limit=0',
    'limit=101',
    'limit=abc',
    'limit=1.5',
    'limit=1&limit=2',
    'limit=',
    'cursor=%00',
    'cursor=nonsense',
    `cursor=${'x'.repeat(300)}`,
  ])('refuses ?%s', async (query) => {
    const { status, json } = await web.api('GET', `/api/v1/shares?${query}`)
    expect([status, json.code]).toEqual([400, 'invalid_request'])
  })

  it('shows visits by delivery and class', async () => {
    const { json } = await web.api('POST', '/api/v1/shares', { body: SHARE })
    const { status, json: visits } = await web.api('GET', `/api/v1/shares/${json.id}/visits`)
    expect(status).toBe(200)
    expect(visits).toEqual({ visits: [], cursor: null, counters: [], days: [], agents: [] })
  })

  it.each(['GET /', 'GET /visits', 'POST /cancel', 'POST /recall'])(
    "answers 404 to %s of another's share, as to one that is not there",
    async (route) => {
      const [method = '', tail = ''] = route.split(' ')
      const { json } = await web.api('POST', '/api/v1/shares', { body: SHARE })
      const path = (id: string) => `/api/v1/shares/${id}${tail === '/' ? '' : tail}`
      const theirs = await web.api(method, path(json.id), { token: web.bob.token })
      const nobodys = await web.api(method, path('0000000AAAAAAAA'), { token: web.bob.token })
      expect(theirs.status).toBe(404)
      expect(theirs.json).toEqual(nobodys.json)
    },
  )
})

describe('changing shares', () => {
  const later = () => ({ ...SHARE, sendAt: new Date(Date.now() + 3_600_000).toISOString() })

  it('cancels what has not left', async () => {
    const { json } = await web.api('POST', '/api/v1/shares', { body: later() })
    const cancelled = await web.api('POST', `/api/v1/shares/${json.id}/cancel`)
    expect(cancelled.status).toBe(200)
    expect(cancelled.json).toMatchObject({
      cancelledAt: expect.any(String),
      deliveries: [{ state: 'cancelled' }],
    })
  })

  it('recalls a share', async () => {
    const { json } = await web.api('POST', '/api/v1/shares', { body: SHARE })
    const recalled = await web.api('POST', `/api/v1/shares/${json.id}/recall`)
    expect(recalled.json.recalledAt).toEqual(expect.any(String))
  })

  it('cancels, sends again and recalls one delivery', async () => {
    const { json } = await web.api('POST', '/api/v1/shares', { body: later() })
    const path = `/api/v1/deliveries/${json.deliveries[0].id}`
    expect((await web.api('POST', `${path}/cancel`)).json.state).toBe('cancelled')
    expect((await web.api('POST', `${path}/cancel`)).json.state).toBe('cancelled')
    expect((await web.api('POST', `${path}/retry`)).status).toBe(200)
    const recalled = await web.api('POST', `${path}/recall`)
    expect(recalled.status).toBe(200)
    const theirs = await web.api('POST', `${path}/recall`, { token: web.bob.token })
    expect(theirs.status).toBe(404)
  })

  it('adds people to a share', async () => {
    const { json } = await web.api('POST', '/api/v1/shares', { body: SHARE })
    const added = await web.api('POST', `/api/v1/shares/${json.id}/recipients`, {
      body: { recipients: ['carol@example.org'] },
    })
    expect(added.status).toBe(202)
    expect(added.json.deliveries).toHaveLength(2)
  })
})
