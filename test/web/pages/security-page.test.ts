import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PASSWORD, type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { browserOf, csrfOf, elements, faultAt, focusOf, formOf, Visitor } from './visitor.ts'

const PATH = '/account/security'
let web: RunningWeb
let visitor: Visitor
beforeAll(async () => {
  web = await startWeb()
})
beforeEach(async () => {
  visitor = await browserOf(web, web.ann.account)
})
afterAll(() => web.close())

const sessions = () => web.engine.accounts.sessions(web.ann.account.id)
const isIn = async (someone: Visitor) => (await someone.get('/shares')).status === 200

describe('the sessions of an account', () => {
  it('are listed by browser and system, and this one is marked', async () => {
    const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
    const firefox = new Visitor(web.url, 'en', agent)
    await firefox.signIn()
    const page = await firefox.get(PATH)
    expect(page.text).toContain('Firefox, Windows')
    expect(page.text.split('This browser')).toHaveLength(2)
    expect(page.html).not.toContain(firefox.cookies.get('passalong.sid'))
  })

  it('are ended one by one', async () => {
    const other = await browserOf(web, web.ann.account)
    const before = (await sessions()).map(({ id }) => id)
    const third = await browserOf(web, web.ann.account)
    const [id] = (await sessions())
      .map((session) => session.id)
      .filter((one) => !before.includes(one))
    await visitor.submit(await visitor.get(PATH), `${PATH}/sessions/${id}/end`)
    expect([await isIn(visitor), await isIn(other), await isIn(third)]).toEqual([true, true, false])
  })

  it('are ended all but this one', async () => {
    const other = await browserOf(web, web.ann.account)
    const done = await visitor.submit(await visitor.get(PATH), `${PATH}/sessions/end-others`)
    expect([await isIn(visitor), await isIn(other)]).toEqual([true, false])
    const page = await visitor.follow(done)
    expect(formOf(page, `${PATH}/sessions/end-others`)).toBeUndefined()
    expect(await sessions()).toHaveLength(1)
  })

  it('are nobody else’s to end', async () => {
    const bob = await browserOf(web, web.bob.account)
    const _csrf = csrfOf(await bob.get(PATH))
    for (const { id } of await sessions()) await bob.post(`${PATH}/sessions/${id}/end`, { _csrf })
    await bob.post(`${PATH}/sessions/end-others`, { _csrf })
    expect([await isIn(visitor), await isIn(bob)]).toEqual([true, true])
  })
})

describe('the password', () => {
  it('is changed by who knows it, which signs out everywhere else', async () => {
    const other = await browserOf(web, web.ann.account)
    const page = await visitor.get(PATH)
    const fresh = 'another long pass phrase'
    const wrong = await visitor.submit(page, `${PATH}/password`, { old: 'not it', fresh })
    expect(wrong.status).toBe(422)
    expect(wrong.html).not.toContain(fresh)
    expect([faultAt(wrong, 'old'), focusOf(wrong)]).toEqual(['This is not your password.', 'old'])
    const weak = await visitor.submit(page, `${PATH}/password`, { old: PASSWORD, fresh: 'short' })
    expect([weak.status, await isIn(other)]).toEqual([422, true])
    expect(faultAt(weak, 'fresh')).toContain('8 characters')
    await visitor.submit(page, `${PATH}/password`, { old: PASSWORD, fresh })
    expect([await isIn(visitor), await isIn(other)]).toEqual([true, false])
    expect((await new Visitor(web.url).signIn('ann', fresh)).status).toBe(303)
    const { engine, ann } = web
    await engine.accounts.changePassword(ann.account, { old: fresh, fresh: PASSWORD }, '')
  })

  it('is asked for in words that password managers understand', async () => {
    const page = await visitor.get(PATH)
    const fields = new Map(
      elements(page, 'input').map(({ attribs }) => [attribs.name, attribs.autocomplete]),
    )
    expect(fields.get('username')).toBe('username')
    expect(fields.get('old')).toBe('current-password')
    expect(fields.get('fresh')).toBe('new-password')
  })

  it('is set without another where the account was made in a chat', async () => {
    const { accounts } = web.store
    const { createdAt, ...account } = web.bob.account
    const dave = { ...account, id: 'dave00000000' as never, username: 'dave', displayName: 'Dave' }
    await accounts.create({ ...dave, passwordHash: null })
    const browser = await browserOf(web, { ...dave, createdAt })
    const page = await browser.get(PATH)
    expect(elements(page, 'input').map(({ attribs }) => attribs.name)).not.toContain('old')
    await browser.submit(page, `${PATH}/password`, { fresh: 'the first pass phrase' })
    expect((await new Visitor(web.url).signIn('dave', 'the first pass phrase')).status).toBe(303)
  })
})
