import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { platformUserKey } from '#core/identity.ts'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { MATRIX, otherPin, TELEGRAM, telegramUser } from './chat-users.ts'
import { browserOf, csrfOf, elements, formOf, linksOf, type Seen, type Visitor } from './visitor.ts'

const PATH = '/account/chats'
const USER = telegramUser(4711, 'ann', 'Ann of Telegram')

let web: RunningWeb
let visitor: Visitor
beforeAll(async () => {
  web = await startWeb({ chats: [TELEGRAM, MATRIX], settings: { signUp: 'open' } })
  visitor = await browserOf(web, web.ann.account)
})
afterAll(() => web.close())

const linked = () => web.engine.linking.identities(web.ann.account.id)

async function begin(platform: string): Promise<Seen> {
  const page = await visitor.get(PATH)
  return visitor.follow(await visitor.submit(page, `${PATH}/${platform}`))
}

function secretOn(page: Seen): string {
  const link = [...linksOf(page).values()].find((href) => href.startsWith('https://t.me/')) ?? ''
  return new URL(link).searchParams.get('start') ?? ''
}

async function pinFor(page: Seen): Promise<string> {
  const agreed = await web.engine.linking.agreeInChat(secretOn(page), USER, { move: false })
  return agreed.pin
}

function faultOn(page: Seen): string | undefined {
  return elements(page, 'p').find(({ attribs }) => attribs.id === 'pin-fault') && page.text
}

describe('a link from the account page', () => {
  it('leads to the bot, takes the PIN that the chat shows, and then stands in the list', async () => {
    const page = await begin('telegram')
    expect(secretOn(page)).toMatch(/^[\w-]{1,64}$/)
    expect(elements(page, 'svg').some(({ attribs }) => attribs.class === 'qr')).toBe(true)
    const field = elements(page, 'input').find(({ attribs }) => attribs.name === 'pin')!
    expect(field.attribs).toMatchObject({ inputmode: 'numeric', autocomplete: 'one-time-code' })
    const pin = await pinFor(page)
    const spaced = `${pin.slice(0, 3)} ${pin.slice(3)}`
    const done = await visitor.submit(page, `${PATH}/telegram/pin`, { pin: spaced })
    const list = await visitor.follow(done)
    expect(list.text).toContain('Linked: @ann on Telegram')
    expect(list.text).toContain('Ann of Telegram')
    expect(await linked()).toMatchObject([{ id: '4711', account: web.ann.account.id }])
    await web.engine.linking.unlink(USER, web.ann.account.id, 'page')
  })

  it('can be loaded again and come back to, with the same link', async () => {
    const page = await begin('telegram')
    const again = await visitor.get(`${PATH}/telegram`)
    expect(secretOn(again)).toBe(secretOn(page))
    expect((await visitor.get(`${PATH}/matrix`)).location).toBe(PATH)
    const other = await browserOf(web, web.ann.account)
    expect((await other.get(`${PATH}/telegram`)).location).toBe(PATH)
  })

  it('says what to write where the platform has no such links', async () => {
    const page = await begin('matrix')
    const text = elements(page, 'input').find(({ attribs }) => 'data-copy-source' in attribs)!
    expect(text.attribs.value).toMatch(/^!start [\w-]{1,64}$/)
    expect(elements(page, 'svg').some(({ attribs }) => attribs.class === 'qr')).toBe(false)
  })

  it('says how many tries are left, and ends after the last', async () => {
    const page = await begin('telegram')
    const early = await visitor.submit(page, `${PATH}/telegram/pin`, { pin: '123456' })
    expect([early.status, faultOn(early)]).toEqual([410, expect.stringContaining('Open the link')])
    const pin = otherPin(await pinFor(page))
    for (const left of [4, 3, 2]) {
      const wrong = await visitor.submit(page, `${PATH}/telegram/pin`, { pin })
      expect([wrong.status, faultOn(wrong)]).toEqual([
        422,
        expect.stringContaining(`${left} tries are left`),
      ])
      expect(secretOn(wrong)).toBe(secretOn(page))
    }
    const shape = await visitor.submit(page, `${PATH}/telegram/pin`, { pin: '12' })
    expect(faultOn(shape)).toContain('The PIN has six digits')
    await visitor.submit(page, `${PATH}/telegram/pin`, { pin })
    const last = await visitor.submit(page, `${PATH}/telegram/pin`, { pin })
    expect(last.text).toContain('the last try')
    expect((await visitor.get(`${PATH}/telegram`)).location).toBe(PATH)
    expect(await linked()).toEqual([])
  })

  it('is offered for the platforms that are set up, and for no other', async () => {
    const page = await visitor.get(PATH)
    expect(formOf(page, `${PATH}/telegram`)).toBeDefined()
    expect(formOf(page, `${PATH}/slack`)).toBeUndefined()
    const _csrf = csrfOf(page)
    for (const platform of ['slack', 'console', 'nothing', '__proto__']) {
      expect((await visitor.post(`${PATH}/${platform}`, { _csrf })).status).toBe(404)
      expect((await visitor.post(`${PATH}/${platform}/pin`, { _csrf, pin: '1' })).status).toBe(404)
    }
  })
})

describe('unlinking', () => {
  it('is asked about first, and done by the form alone', async () => {
    await link()
    const list = await visitor.get(PATH)
    const path = linksOf(list).get('Unlink') ?? ''
    const asked = await visitor.get(path)
    expect(asked.text).toContain('Unlink @ann on Telegram?')
    expect(await linked()).toHaveLength(1)
    const done = await visitor.submit(asked, `${PATH}/unlink`)
    expect((await visitor.follow(done)).text).toContain('@ann is unlinked.')
    expect(await linked()).toEqual([])
    expect((await visitor.get(path)).status).toBe(404)
  })

  it('is warned of where nothing else leads to the account', async () => {
    const user = telegramUser(4712, 'dave', 'Dave')
    const dave = await web.engine.linking.createAccount(user, { locale: 'en' })
    const browser = await browserOf(web, dave)
    const path = `${PATH}/unlink?user=${encodeURIComponent(platformUserKey(user))}`
    expect((await browser.get(path)).text).toContain('the only way to this account')
    const security = await browser.get('/account/security')
    const first = { fresh: 'the first pass phrase' }
    await browser.submit(security, '/account/security/password', first)
    expect((await browser.get(path)).text).not.toContain('the only way to this account')
  })

  it('is nobody else’s to do', async () => {
    await link()
    const bob = await browserOf(web, web.bob.account)
    const user = platformUserKey(USER)
    expect((await bob.get(`${PATH}/unlink?user=${encodeURIComponent(user)}`)).status).toBe(404)
    const _csrf = csrfOf(await bob.get(PATH))
    expect((await bob.post(`${PATH}/unlink`, { _csrf, user })).status).toBe(404)
    expect(await linked()).toHaveLength(1)
  })
})

async function link(): Promise<void> {
  const page = await begin('telegram')
  await visitor.submit(page, `${PATH}/telegram/pin`, { pin: await pinFor(page) })
}
