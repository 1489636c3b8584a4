import { DomUtils } from 'htmlparser2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PlatformUser } from '#core/identity.ts'
import { PASSWORD, type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { otherPin, TELEGRAM, telegramUser } from './chat-users.ts'
import { browserOf, csrfOf, elements, formOf, linksOf, type Seen, Visitor } from './visitor.ts'

let web: RunningWeb
let users = 100
beforeAll(async () => {
  web = await startWeb({ settings: { signUp: 'open' }, chats: [TELEGRAM] })
})
afterAll(() => web.close())

/** Somebody new in a chat. */
function someone(name = 'Ann of Telegram'): PlatformUser {
  users++
  return telegramUser(users, `user${users}`, name)
}

async function begin(user: PlatformUser, move = false): Promise<string> {
  const { secret } = await web.engine.linking.beginInChat(user, { move })
  return `/link/${secret}`
}

function pinOn(page: Seen): string | undefined {
  const shown = elements(page, 'p').find(({ attribs }) => attribs.class === 'pin')
  return shown && DomUtils.textContent(shown)
}

async function stateOf(visitor: Visitor, path: string): Promise<string> {
  return JSON.parse((await visitor.get(`${path}/state`)).html).state
}

describe('a link from a chat', () => {
  it('shows who asks and for whom, then a PIN, then that it is done', async () => {
    const user = someone()
    const path = await begin(user)
    const visitor = await browserOf(web, web.ann.account)
    const asked = await visitor.get(path)
    expect(asked.text).toMatch(/Telegram.*Ann of Telegram.*@user\d+.*is to share as.*@ann/)
    expect(pinOn(asked)).toBeUndefined()
    const agreed = await visitor.follow(await visitor.submit(asked, path))
    const pin = pinOn(agreed) ?? ''
    expect(pin).toMatch(/^\d{6}$/)
    expect(agreed.text).toContain(`@${user.handle}`)
    expect(elements(agreed, 'title').map((title) => DomUtils.textContent(title))[0]).not.toContain(
      pin,
    )
    expect(await stateOf(visitor, path)).toBe('agreed')
    expect(pinOn(await visitor.get(path))).toBe(pin)
    await web.engine.linking.finishInChat(user, pin)
    expect(await stateOf(visitor, path)).toBe('linked')
    expect((await visitor.get(path)).text).toContain('Linked')
    expect((await web.engine.linking.accountOf(user))?.username).toBe('ann')
  })

  it('changes nothing when it is looked at, by whomever', async () => {
    const user = someone()
    const path = await begin(user)
    const visitor = await browserOf(web, web.ann.account)
    for (const looker of [new Visitor(web.url), visitor, await browserOf(web, web.bob.account)]) {
      await looker.get(path)
      await looker.get(`${path}/state`)
    }
    expect(await web.engine.linking.awaitsPin(user)).toBe(false)
    await visitor.submit(await visitor.get(path), path)
    expect(await web.engine.linking.awaitsPin(user)).toBe(true)
  })

  it('survives signing in', async () => {
    const path = await begin(someone())
    const visitor = new Visitor(web.url)
    const asked = await visitor.get(path)
    expect(asked.text).toContain('Ann of Telegram')
    expect(formOf(asked, path)).toBeUndefined()
    const signIn = await visitor.get(linksOf(asked).get('Sign in') ?? '')
    expect(signIn.text).toContain('The link from the chat is kept')
    const form = { username: 'ann', password: PASSWORD }
    const back = await visitor.follow(await visitor.submit(signIn, '/sign-in', form))
    expect(formOf(back, path)).toBeDefined()
  })

  it('survives making an account', async () => {
    const path = await begin(someone())
    const visitor = new Visitor(web.url)
    const asked = await visitor.get(path)
    const register = await visitor.get(linksOf(asked).get('Make an account') ?? '')
    const form = { username: 'carol', password: PASSWORD }
    const back = await visitor.follow(await visitor.submit(register, '/register', form))
    expect(back.text).toContain('Welcome!')
    expect(formOf(back, path)).toBeDefined()
  })

  it('can be used by another account of one’s own', async () => {
    const path = await begin(someone())
    const visitor = await browserOf(web, web.ann.account)
    const out = await visitor.submit(await visitor.get(path), '/sign-out')
    expect(out.location).toBe(path)
    expect(linksOf(await visitor.follow(out)).has('Sign in')).toBe(true)
  })

  it('says whom the user is taken from before anything is agreed to', async () => {
    const user = someone()
    await link(user)
    const path = await begin(user, true)
    const visitor = await browserOf(web, web.bob.account)
    const asked = await visitor.get(path)
    expect(asked.text).toContain(`@${user.handle} acts for ann (@ann) now`)
    const pin = pinOn(await visitor.follow(await visitor.submit(asked, path))) ?? ''
    expect((await web.engine.linking.accountOf(user))?.username).toBe('ann')
    await web.engine.linking.finishInChat(user, pin)
    expect((await web.engine.linking.accountOf(user))?.username).toBe('bob')
  })

  it('takes nobody away who did not agree to it in the chat', async () => {
    const user = someone()
    const path = await begin(user)
    await link(user, 'ann')
    const visitor = await browserOf(web, web.bob.account)
    const asked = await visitor.get(path)
    const refused = await visitor.submit(asked, path)
    expect(refused.status).toBe(409)
    expect(pinOn(refused)).toBeUndefined()
  })

  it('has nothing to do for who is linked to this account already', async () => {
    const user = someone()
    await link(user, 'ann')
    const path = await begin(user, true)
    const page = await (await browserOf(web, web.ann.account)).get(path)
    expect(page.text).toContain('Linked')
    expect(formOf(page, path)).toBeUndefined()
  })
})

async function link(user: PlatformUser, username: 'ann' | 'bob' = 'ann'): Promise<void> {
  const { linking } = web.engine
  const { secret } = await linking.beginOnPage(web[username].account, user.platform)
  const { pin } = await linking.agreeInChat(secret, user, { move: true })
  await linking.finishOnPage(web[username].account, pin)
}

describe('a link that does not work', () => {
  it('is gone where it was used, replaced, or never made', async () => {
    const user = someone()
    const used = await begin(user)
    const visitor = await browserOf(web, web.ann.account)
    const page = await visitor.get(used)
    const pin = pinOn(await visitor.follow(await visitor.submit(page, used))) ?? ''
    await web.engine.linking.finishInChat(user, pin)
    const replaced = await begin(someone())
    const next = someone()
    const first = await begin(next)
    await begin(next)
    const made = ['/link/x', '/link/..%2f..', `/link/${'a'.repeat(3000)}`, '/link/%00']
    const other = await browserOf(web, web.ann.account)
    expect((await other.get(replaced)).status).toBe(200)
    for (const path of [used, first, ...made]) {
      const seen = await other.get(path)
      expect([path, seen.status]).toEqual([path, 410])
      expect(seen.text).toContain('Ask the bot for a new one')
      const again = await other.post(path, { _csrf: csrfOf(await other.get('/')) })
      expect([path, again.status]).toEqual([path, 410])
    }
  })

  it('is gone after the last wrong PIN, and the page that waits says so', async () => {
    const user = someone()
    const path = await begin(user)
    const visitor = await browserOf(web, web.ann.account)
    const agreed = await visitor.follow(await visitor.submit(await visitor.get(path), path))
    const wrong = otherPin(pinOn(agreed) ?? '')
    for (let n = 0; n < 5; n++) {
      await expect(web.engine.linking.finishInChat(user, wrong)).rejects.toThrow('PIN')
    }
    expect(await stateOf(visitor, path)).toBe('gone')
    expect((await visitor.get(path)).status).toBe(410)
  })

  it('is another’s once they agreed: nobody else sees the PIN or gets one', async () => {
    const user = someone()
    const path = await begin(user)
    const ann = await browserOf(web, web.ann.account)
    const pin = pinOn(await ann.follow(await ann.submit(await ann.get(path), path))) ?? ''
    const bob = await browserOf(web, web.bob.account)
    const seen = await bob.get(path)
    expect([seen.status, seen.text.includes(pin)]).toEqual([410, false])
    expect(seen.text).toContain('Another account has taken this link')
    const taken = await bob.post(path, { _csrf: csrfOf(await bob.get('/')) })
    expect([taken.status, pinOn(taken)]).toEqual([410, undefined])
    expect(pinOn(await new Visitor(web.url).get(path))).toBeUndefined()
  })

  it('shows a PIN in the browser that agreed alone, and to nobody else who uses it later', async () => {
    const path = await begin(someone())
    const visitor = await browserOf(web, web.ann.account)
    await visitor.submit(await visitor.get(path), path)
    expect(pinOn(await (await browserOf(web, web.ann.account)).get(path))).toBeUndefined()
    const after = await browserOf(web, web.bob.account)
    for (const name of ['passalong.pin', 'passalong.pin.sig']) {
      after.cookies.set(name, visitor.cookies.get(name) ?? '')
    }
    expect(pinOn(await after.get(path))).toBeUndefined()
  })

  it('takes no PIN out of a cookie that we did not sign', async () => {
    const path = await begin(someone())
    const visitor = await browserOf(web, web.ann.account)
    await visitor.submit(await visitor.get(path), path)
    visitor.cookies.set('passalong.pin.sig', 'forged')
    expect(pinOn(await visitor.get(path))).toBeUndefined()
  })
})

describe('the pages of a link', () => {
  it('are shown in no frame, kept nowhere, and say nowhere where one came from', async () => {
    const path = await begin(someone())
    const visitor = await browserOf(web, web.ann.account)
    const asked = await visitor.get(path)
    const sent = await visitor.submit(asked, path)
    const agreed = await visitor.follow(sent)
    const gone = await visitor.get('/link/x')
    const state = await visitor.get(`${path}/state`)
    for (const { headers } of [asked, agreed, gone, state]) {
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    }
    const notes = sent.headers.getSetCookie().filter((line) => line.startsWith('passalong.pin'))
    expect(notes).toHaveLength(2)
    for (const line of notes) expect(line).toMatch(/path=\/link;.*samesite=lax; httponly/i)
  })

  it('load nothing from elsewhere', async () => {
    const visitor = await browserOf(web, web.ann.account)
    const page = await visitor.get(await begin(someone('<img src="https://evil.example/a">')))
    expect(page.headers.get('content-security-policy')).toMatch(/img-src 'self' data:$/)
    expect(elements(page, 'img')).toEqual([])
  })

  it('agree to nothing without the token of the form', async () => {
    const user = someone()
    const path = await begin(user)
    const visitor = await browserOf(web, web.ann.account)
    await visitor.get(path)
    expect((await visitor.post(path, {})).status).toBe(403)
    const bobs = csrfOf(await (await browserOf(web, web.bob.account)).get('/'))
    expect((await visitor.post(path, { _csrf: bobs })).status).toBe(403)
    expect(await web.engine.linking.awaitsPin(user)).toBe(false)
  })
})
