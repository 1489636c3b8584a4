import { DomUtils } from 'htmlparser2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD, type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { elements, type Fields, fieldsOf, formOf, linksOf, signedIn, Visitor } from './visitor.ts'

const URL_A = 'https://www.example.org/stories/a'

let web: RunningWeb
let visitor: Visitor
beforeAll(async () => {
  web = await startWeb()
  visitor = await signedIn(web)
})
afterAll(() => web.close())

async function openShare(query: Readonly<Record<string, string>>) {
  return visitor.get(`/share?${new URLSearchParams(query)}`)
}

async function send(query: Readonly<Record<string, string>>, changes: Fields = {}) {
  return visitor.submit(await openShare(query), '/share', { action: 'send', ...changes })
}

async function shareCount(): Promise<number> {
  const page = { limit: 100, cursor: null }
  return (await web.engine.sharing.list(web.ann.account, page)).items.length
}

describe('the share page', () => {
  it('sends to the people named, says so, and leads back to where one came from', async () => {
    const from = 'https://blog.example.net/post?x=1'
    const sent = await send(
      { url: URL_A, title: 'A story', return: from },
      { to: 'bob@example.org, +8613800138000', note: 'look' },
    )
    expect(sent.status).toBe(303)
    const status = await visitor.follow(sent)
    expect(status.text).toContain('For 2 people: kept here, not sent.')
    expect(status.text).toMatch(/Kept in the outbox in \d+ seconds\./)
    expect(linksOf(status).get('Done, back to blog.example.net')).toBe(from)
    const [share] = (await web.engine.sharing.list(web.ann.account, { limit: 1, cursor: null }))
      .items
    expect(share?.share).toMatchObject({ note: 'look', target: { url: URL_A, title: 'A story' } })
  })

  it('accepts a form once, however often it is sent', async () => {
    const page = await openShare({ url: URL_A, to: 'twice@example.org' })
    const before = await shareCount()
    const both = await Promise.all([
      visitor.submit(page, '/share', { action: 'send' }),
      visitor.submit(page, '/share', { action: 'send' }),
    ])
    expect(both.map(({ status }) => status)).toEqual([303, 303])
    expect(both[0]?.location).toBe(both[1]?.location)
    expect(await shareCount()).toBe(before + 1)
  })

  it('asks again where a form that was sent comes back changed', async () => {
    const page = await openShare({ url: URL_A, to: 'one@example.org' })
    await visitor.submit(page, '/share', { action: 'send' })
    const changed = await visitor.submit(page, '/share', { action: 'send', to: 'two@example.org' })
    expect(changed.status).toBe(409)
    const second = await visitor.submit(changed, '/share', { action: 'send' })
    expect(second.status).toBe(303)
  })

  it('shows what was understood before anything is sent', async () => {
    const before = await shareCount()
    const page = await openShare({ url: URL_A })
    const to = 'Bob <bob@example.org>、nonsense；+8613800138000'
    const checked = await visitor.submit(page, '/share', { action: 'check', to })
    expect(checked.text).toContain('Goes to 2 people')
    expect(checked.text).toContain('nonsense There is no contact of this name.')
    expect(checked.text).toContain('Kept here, not sent')
    expect(await shareCount()).toBe(before)
  })

  it('sends to nobody while one is not understood, unless asked for the rest', async () => {
    const page = await openShare({ url: URL_A, to: 'bob@example.org nonsense' })
    const refused = await visitor.submit(page, '/share', { action: 'send' })
    expect(refused.status).toBe(422)
    const rest = await visitor.submit(refused, '/share', { action: 'send-partial' })
    const status = await visitor.follow(rest)
    expect(status.text).toContain('For 1 person: kept here, not sent.')
  })

  it('asks about a misspelt mailbox once, and sends when told to', async () => {
    const asked = await send({ url: URL_A }, { to: 'bob@gmial.com' })
    expect(asked.status).toBe(200)
    expect(asked.text).toContain('did you mean bob@gmail.com?')
    expect((await visitor.submit(asked, '/share', { action: 'send' })).status).toBe(303)
  })

  it('asks again where the question that was answered is another one', async () => {
    const asked = await send({ url: URL_A }, { to: 'bob@gmial.com' })
    const other = { action: 'send', to: 'eve@hotmial.com' }
    const again = await visitor.submit(asked, '/share', other)
    expect(again.status).toBe(200)
    expect(again.text).toContain('eve@hotmail.com')
  })

  it('asks about a host that looks like another', async () => {
    const asked = await send({ url: 'https://аpple.com/' }, { to: 'bob@example.org' })
    expect(asked.status).toBe(200)
    expect(asked.text).toContain('is really xn--pple-43d.com')
    expect((await visitor.submit(asked, '/share', { action: 'send' })).status).toBe(303)
  })

  it('takes contacts, groups and recents that are ticked', async () => {
    const { contacts } = web.engine
    const { id } = web.ann.account
    await contacts.create(id, { kind: 'person', name: 'Aunt May', addresses: ['may@example.org'] })
    await contacts.create(id, { kind: 'group', name: 'kin', members: ['Aunt May'] })
    const page = await openShare({ url: URL_A })
    const boxes = elements(page, 'input').filter((input) => input.attribs.name === 'pick')
    expect(boxes.map((box) => box.attribs.value)).toEqual(
      expect.arrayContaining(['Aunt May', '#kin']),
    )
    const pick = ['#kin', 'Aunt May', 'zoe@example.org']
    const sent = await visitor.submit(page, '/share', { action: 'send', pick })
    expect((await visitor.follow(sent)).text).toContain('For 2 people: kept here, not sent.')
  })

  it('takes a chosen note where none is typed', async () => {
    const page = await openShare({ url: URL_A, to: 'bob@example.org' })
    const canned = elements(page, 'input').find((input) => input.attribs.name === 'canned')
    const sent = await visitor.submit(page, '/share', {
      action: 'send',
      canned: canned?.attribs.value ?? '',
    })
    expect((await visitor.follow(sent)).text).toContain(canned?.attribs.value)
  })

  it('sends later by the clock of the zone that was given', async () => {
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
    const later = { when: 'later', sendAt: `${day}T09:30`, zone: 'Asia/Shanghai' }
    const sent = await send({ url: URL_A }, { to: 'bob@example.org', ...later })
    const id = /shares\/(\w+)/.exec(sent.location)?.[1] ?? ''
    const { sendAt } = await web.engine.sharing.get(web.ann.account, id)
    expect(new Date(sendAt ?? 0).toISOString()).toBe(`${day}T01:30:00.000Z`)
    expect((await visitor.follow(sent)).text).toContain('Planned for 1 person.')
  })

  it('explains a time that is past, far or none, and keeps what was filled in', async () => {
    for (const sendAt of ['', 'tomorrow', '2001-01-01T00:00', '9999-12-31T23:59']) {
      const more = { to: 'bob@example.org', note: 'keep me', when: 'later', sendAt, zone: 'UTC' }
      const refused = await send({ url: URL_A }, more)
      expect(refused.status).toBe(422)
      expect(fieldsOf(formOf(refused, '/share')!).note).toEqual(['keep me'])
    }
  })

  it('explains a target that is refused, beside its field', async () => {
    for (const url of [
      'javascript:alert(1)',
      'http://127.0.0.1/',
      'file:///etc/passwd',
      'http://a:b@example.org/',
    ]) {
      const page = await openShare({ url })
      expect(page.status).toBe(422)
      const field = elements(page, 'input').find((input) => input.attribs.name === 'url')
      expect(field?.attribs['aria-invalid']).toBe('true')
      expect(elements(page, 'a').map((a) => a.attribs.href)).not.toContain(url)
    }
  })

  it('checks, and never sends, when Enter is pressed in a field', async () => {
    const form = formOf(await openShare({ url: URL_A }), '/share')!
    const [first] = DomUtils.getElementsByTagName('button', form.children, true)
    expect(first?.attribs).toMatchObject({ name: 'action', value: 'check' })
  })

  it('counts time on the clock of the account, else of the browser, else says UTC', async () => {
    const zoneIn = async () => {
      const page = await visitor.get(`/share?url=${URL_A}`)
      return fieldsOf(formOf(page, '/share')!).zone?.[0]
    }
    expect(await zoneIn()).toBe('UTC')
    expect((await visitor.get('/shares')).text).toContain('UTC')
    visitor.cookies.set('passalong.zone', 'Asia/Shanghai')
    expect(await zoneIn()).toBe('Asia/Shanghai')
    expect((await visitor.get('/shares')).text).not.toContain('UTC')
    await web.engine.accounts.update(web.ann.account.id, { timeZone: 'Europe/Berlin' })
    expect(await zoneIn()).toBe('Europe/Berlin')
    await web.engine.accounts.update(web.ann.account.id, { timeZone: null })
    visitor.cookies.set('passalong.zone', '%00<script>')
    expect(await zoneIn()).toBe('UTC')
    visitor.cookies.delete('passalong.zone')
  })

  it('asks for a link and for people where they are missing', async () => {
    const refused = await send({}, { url: '', to: '' })
    expect(refused.status).toBe(422)
    expect(refused.text).toContain('Paste a web address or a number to call.')
    expect(refused.text).toContain('Name at least one person.')
  })

  it('finds the link among words that a phone shares', async () => {
    const page = await openShare({
      title: 'T',
      text: '看看这个：https://example.org/x?y=1。 好文章',
    })
    const fields = fieldsOf(formOf(page, '/share')!)
    expect(fields.url).toEqual(['https://example.org/x?y=1'])
    expect(fields.note?.[0]).toContain('好文章')
  })

  it('shares a number to call', async () => {
    const page = await openShare({ url: 'tel:+861065529988,,1234' })
    expect(page.text).toContain('+86 10 6552 9988')
    expect(page.text).toContain('1234')
  })

  it('asks for the country of a short code, and shares it again as it was', async () => {
    const page = await openShare({ url: '10086', to: 'bob@example.org' })
    expect(page.status).toBe(422)
    expect(page.text).toContain('Country of the number')
    const sent = await visitor.submit(page, '/share', { action: 'send', region: 'cn' })
    const status = await visitor.follow(sent)
    expect(status.text).toContain('10086')
    const again = elements(status, 'a').map((a) => a.attribs.href ?? '')
    const path = again.find((href) => href.startsWith('/share?')) ?? ''
    expect(new URLSearchParams(path.slice('/share?'.length)).get('region')).toBe('CN')
    expect((await visitor.get(path)).status).toBe(200)
    const other = await openShare({ url: URL_A, to: 'bob@example.org' })
    expect(other.text).not.toContain('Country of the number')
  })

  it('cuts the title that a page gives itself, and explains one that is typed too long', async () => {
    const page = await openShare({ url: URL_A, title: 'long '.repeat(100), to: 'bob@example.org' })
    expect(page.status).toBe(200)
    expect(String(fieldsOf(formOf(page, '/share')!).title)).toMatch(/^long long .*…$/)
    const refused = await visitor.submit(page, '/share', {
      action: 'send',
      title: 'long '.repeat(100),
    })
    expect(refused.status).toBe(422)
    expect(refused.text).toContain('The title is too long: 300 characters at most.')
    expect(fieldsOf(formOf(refused, '/share')!).title).toEqual(['long '.repeat(100).trim()])
    expect((await visitor.submit(refused, '/share', { action: 'send', title: 'x' })).status).toBe(
      303,
    )
  })

  it('links to no `return` but a web page', async () => {
    for (const back of [
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil.example',
      'https://u:p@x.example',
    ]) {
      const page = await openShare({ url: URL_A, return: back })
      expect(fieldsOf(formOf(page, '/share')!).return).toBeUndefined()
      expect(page.html).not.toContain('alert(1)')
      const hrefs = elements(page, 'a').map((a) => a.attribs.href ?? '')
      expect(hrefs.every((href) => /^(https?:|\/(?!\/)|#)/.test(href))).toBe(true)
    }
  })

  it('shows hostile text as text', async () => {
    const title = '"><script>alert(1)</script>'
    const page = await openShare({
      url: URL_A,
      title,
      note: '</textarea><img onerror=x>',
      to: '<b>',
    })
    expect(elements(page, 'script').every((script) => 'src' in script.attribs)).toBe(true)
    expect(elements(page, 'img')).toEqual([])
    const fields = fieldsOf(formOf(page, '/share')!)
    expect(fields.title).toEqual([title])
    expect(fields.note).toEqual(['</textarea><img onerror=x>'])
  })

  it('survives fields that are many, huge, odd or not there', async () => {
    const odd = [
      { url: 'x'.repeat(30_000) },
      { url: URL_A, to: 'a,'.repeat(5_000) },
      { url: URL_A, note: '\ud800\u0000\u202e'.repeat(500), to: 'bob@example.org' },
      { url: [URL_A, URL_A], to: ['a@example.org', 'b@example.org'], key: ['x', 'y'] },
      { url: URL_A, to: 'bob@example.org', when: 'later', zone: '../../etc', sendAt: 'x' },
    ]
    const { _csrf } = fieldsOf(formOf(await openShare({ url: URL_A }), '/share')!)
    for (const fields of odd) {
      const seen = await visitor.post('/share', { _csrf: _csrf ?? '', action: 'send', ...fields })
      expect(seen.status).toBeLessThan(500)
    }
  })
})

describe('the summary that is fetched while typing', () => {
  it('is the summary alone, and needs token and session', async () => {
    const page = await openShare({ url: URL_A })
    const fields = fieldsOf(formOf(page, '/share')!)
    const seen = await visitor.post('/share/check', { ...fields, to: 'bob@example.org' })
    expect(seen.html).toMatch(/^<section/)
    expect(seen.html).toContain('bob@example.org')
    expect((await visitor.post('/share/check', { url: URL_A, to: 'bob@example.org' })).status).toBe(
      403,
    )
    expect((await new Visitor(web.url).post('/share/check', { ...fields })).status).toBe(403)
  })
})

describe('a draft', () => {
  it('survives signing in', async () => {
    const stranger = new Visitor(web.url)
    const query = new URLSearchParams({
      url: URL_A,
      title: '标题 & more',
      note: 'for you',
      to: 'bob@example.org',
      return: 'https://blog.example.net/',
    })
    const page = await stranger.follow(await stranger.get(`/share?${query}`))
    const sent = await stranger.submit(page, '/sign-in', { username: 'ann', password: PASSWORD })
    const fields = fieldsOf(formOf(await stranger.follow(sent), '/share')!)
    expect(fields).toMatchObject({
      title: ['标题 & more'],
      note: ['for you'],
      to: ['bob@example.org'],
      return: ['https://blog.example.net/'],
    })
  })

  it('survives a session that ends before it is sent', async () => {
    const other = await signedIn(web)
    const page = await other.get(`/share?url=${encodeURIComponent(URL_A)}`)
    const before = await shareCount()
    other.cookies.clear()
    const fields = { action: 'send', note: '很长的话'.repeat(500), to: 'bob@example.org' }
    const again = await other.follow(await other.submit(page, '/share', fields))
    const form = await other.follow(again)
    const back = await other.follow(
      await other.submit(form, '/sign-in', { username: 'ann', password: PASSWORD }),
    )
    const draft = fieldsOf(formOf(back, '/share')!)
    expect(draft).toMatchObject({ url: [URL_A], to: ['bob@example.org'] })
    expect(draft.note?.[0]).toMatch(/^很长的话/)
    expect(await shareCount()).toBe(before)
  })

  it('is never sent without its token', async () => {
    const before = await shareCount()
    const form = { url: URL_A, to: 'bob@example.org', action: 'send', key: 'forged-form-1' }
    for (const _csrf of ['', 'x']) {
      const seen = await visitor.post('/share', { ...form, _csrf })
      expect(seen.status).toBe(303)
      expect(seen.location).toMatch(/^\/share\?/)
    }
    expect(await shareCount()).toBe(before)
  })

  it('survives a change of language', async () => {
    const page = await openShare({ url: URL_A, title: 'Kept', to: 'bob@example.org' })
    const chinese = await visitor.follow(await visitor.get(linksOf(page).get('简体中文') ?? ''))
    expect(chinese.html).toContain('<html lang="zh-CN">')
    expect(fieldsOf(formOf(chinese, '/share')!).title).toEqual(['Kept'])
    await visitor.get(linksOf(chinese).get('English') ?? '')
  })
})
