import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Accounts } from '#engine/engine.ts'
import { PASSWORD, type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { mailedPath } from './mailed.ts'
import { elements, fieldsOf, formOf, linksOf, signedIn, Visitor } from './visitor.ts'

const webs = new Map<Accounts['signUp'], RunningWeb>()
beforeAll(async () => {
  for (const signUp of ['open', 'invite', 'closed'] as const) {
    webs.set(signUp, await startWeb({ settings: { signUp } }))
  }
})
afterAll(() => Promise.all([...webs.values()].map((web) => web.close())))

function webWith(signUp: Accounts['signUp']): RunningWeb {
  return webs.get(signUp)!
}

const CAROL = { username: 'carol', displayName: 'Carol King', password: PASSWORD }

describe('where anybody may make an account', () => {
  it('is led to from signing in, makes one, signs in and goes on to where one was', async () => {
    const web = webWith('open')
    const visitor = new Visitor(web.url)
    expect(linksOf(await visitor.get('/')).get('Make an account')).toBe('/register')
    const signIn = await visitor.get('/sign-in?next=/contacts')
    const page = await visitor.get(linksOf(signIn).get('Make an account') ?? '')
    const made = await visitor.submit(page, '/register', { ...CAROL, email: 'carol@example.org' })
    expect([made.status, made.location]).toEqual([303, '/contacts'])
    expect((await visitor.follow(made)).text).toContain('Mail is on its way to carol@example.org')
    expect(await mailedPath(web, 'carol@example.org', '/verify')).toContain('/verify?ticket=')
    const account = await web.engine.accounts.byUsername('carol')
    expect(account).toMatchObject({ displayName: 'Carol King', emailVerifiedAt: null })
  })

  it('says what is wrong at its field, keeps the rest, and never shows the password', async () => {
    const visitor = new Visitor(webWith('open').url)
    const page = await visitor.get('/register')
    const form = { ...CAROL, displayName: 'Dora', email: 'dora@example.org' }
    const refusals = [
      ['username', { username: 'ann' }, 409],
      ['username', { username: 'No Name!' }, 422],
      ['displayName', { username: 'dora', displayName: 'Te1egram' }, 422],
      ['email', { username: 'dora', email: 'nowhere' }, 422],
      ['password', { username: 'dora', password: 'short' }, 422],
    ] as const
    for (const [field, change, status] of refusals) {
      const refused = await visitor.submit(page, '/register', { ...form, ...change })
      const at = elements(refused, 'input').find(({ attribs }) => attribs.name === field)!
      expect([field, refused.status]).toEqual([field, status])
      expect(at.attribs).toMatchObject({ 'aria-invalid': 'true', autofocus: '' })
      expect(elements(refused, 'p').some(({ attribs }) => attribs.id === `${field}-fault`)).toBe(
        true,
      )
      expect(refused.html).not.toContain(PASSWORD)
    }
  })

  it('tells nobody whose a mailbox is', async () => {
    const web = webWith('open')
    await web.store.accounts.update(web.bob.account.id, {
      email: 'bob@example.org',
      emailVerifiedAt: web.bob.account.createdAt,
    })
    const register = async (username: string, email: string) => {
      const visitor = new Visitor(web.url)
      const form = { username, email, password: PASSWORD }
      return visitor.submit(await visitor.get('/register'), '/register', form)
    }
    const known = await register('eve1', 'bob@example.org')
    const unknown = await register('eve2', 'nobody@example.org')
    expect([known.status, known.location]).toEqual([unknown.status, unknown.location])
  })

  it('goes on to paths of this site alone', async () => {
    const visitor = new Visitor(webWith('open').url)
    for (const next of ['https://evil.example/', '//evil.example', '/\\evil']) {
      const page = await visitor.get(`/register?next=${encodeURIComponent(next)}`)
      expect(fieldsOf(formOf(page, '/register')!).next).toEqual(['/'])
    }
    const page = await visitor.get('/register')
    const form = { username: 'frank', password: PASSWORD, next: '//evil.example' }
    expect((await visitor.submit(page, '/register', form)).location).toBe('/')
  })

  it('says to who is signed in that they have one', async () => {
    const visitor = await signedIn(webWith('open'))
    const page = await visitor.get('/register?ticket=abc')
    expect(page.text).toContain('You are signed in as @ann')
    const out = await visitor.submit(page, '/sign-out')
    expect(out.location).toBe('/register?ticket=abc')
  })
})

describe('an invitation', () => {
  it('is made on the account page, shown once, and lets one person in', async () => {
    const web = webWith('invite')
    const ann = await signedIn(web)
    const made = await ann.submit(await ann.get('/account/invite'), '/account/invite')
    expect(made.headers.get('cache-control')).toBe('no-store')
    expect(elements(made, 'svg').some(({ attribs }) => attribs.class === 'qr')).toBe(true)
    const url = elements(made, 'input').find((input) => 'data-copy-source' in input.attribs)!
    const path = (url.attribs.value ?? '').replace('http://localhost:8080', '')
    expect((await ann.get('/account/invite')).html).not.toContain(path)
    const visitor = new Visitor(web.url)
    const page = await visitor.get(path)
    const weak = await visitor.submit(page, '/register', { ...CAROL, password: 'short' })
    expect(weak.status).toBe(422)
    expect((await visitor.submit(weak, '/register', CAROL)).status).toBe(303)
    const late = new Visitor(web.url)
    expect((await late.get(path)).status).toBe(410)
    expect((await late.submit(page, '/register', { username: 'eve' })).status).toBe(403)
  })

  it('is asked for kindly where there is none', async () => {
    const visitor = new Visitor(webWith('invite').url)
    for (const path of ['/', '/sign-in']) {
      expect(linksOf(await visitor.get(path)).has('Make an account')).toBe(false)
    }
    const page = await visitor.get('/register')
    expect(page.status).toBe(403)
    expect(page.text).toContain('Ask somebody who has an account here for an invitation')
    expect((await visitor.get('/register?ticket=nonsense')).status).toBe(410)
  })

  it('is not made by who may write to nobody yet', async () => {
    const web = webWith('invite')
    const carol = await signedIn(web, 'carol')
    const refused = await carol.submit(await carol.get('/account/invite'), '/account/invite')
    expect(refused.status).toBe(403)
    expect(elements(refused, 'div').some(({ attribs }) => attribs.role === 'alert')).toBe(true)
  })
})

describe('where nobody makes accounts', () => {
  it('says so kindly, and offers no invitations', async () => {
    const web = webWith('closed')
    const page = await new Visitor(web.url).get('/register?ticket=x')
    expect(page.status).toBe(403)
    expect(page.text).toContain('Whoever runs this server makes the accounts by hand')
    const ann = await signedIn(web)
    expect((await ann.get('/account/invite')).location).toBe('/account')
    expect([...linksOf(await ann.get('/account')).values()]).not.toContain('/account/invite')
  })
})
