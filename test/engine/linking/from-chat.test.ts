import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  link,
  metFromChat,
  openWorld,
  otherThan,
  refusalOf,
  STORES,
  userNamed,
  type World,
} from './world.ts'

const MINUTE_MS = 60_000
const user = userNamed('Annie')
let world: World
afterEach(() => world.close())

describe.each(STORES)('a link that is begun in a chat, on %s', (kind) => {
  beforeEach(async () => {
    world = await openWorld(kind)
  })

  test('stands once the PIN of the page is typed in the chat, and both sides are told', async () => {
    const { linking, ann, told } = world
    const { secret, forMs } = await linking.beginInChat(user, { move: false })
    expect(secret).toMatch(/^[A-Za-z0-9_-]{20,64}$/)
    expect(forMs).toBe(10 * MINUTE_MS)
    expect(await linking.offerOnPage(secret)).toEqual({ account: null, user, movesFrom: null })
    expect(await linking.awaitsPin(user)).toBe(false)
    const { pin, ...shown } = await linking.agreeOnPage(secret, ann)
    expect(pin).toMatch(/^\d{6}$/)
    expect(shown).toMatchObject({ account: { id: ann.id }, user })
    expect(shown.forMs).toBeGreaterThan(9 * MINUTE_MS)
    expect(await linking.awaitsPin(user)).toBe(true)
    expect(await linking.accountOf(user)).toBeNull()
    expect(told).toEqual([])
    expect((await linking.finishInChat(user, pin)).id).toBe(ann.id)
    expect((await linking.accountOf(user))?.id).toBe(ann.id)
    expect(await linking.identities(ann.id)).toMatchObject([{ ...user, account: ann.id }])
    expect(told).toEqual([{ kind: 'linked', user, account: ann.id, by: 'chat' }])
  })

  test('changes nothing while it is looked at', async () => {
    const { linking } = world
    const { secret } = await linking.beginInChat(user, { move: false })
    const first = await linking.offerOnPage(secret)
    expect(await linking.offerOnPage(secret)).toEqual(first)
    expect(await linking.awaitsPin(user)).toBe(false)
  })

  test('waits for no PIN before the page has agreed', async () => {
    const { linking } = world
    expect(await refusalOf(linking.finishInChat(user, '123456'))).toBe('gone')
    await linking.beginInChat(user, { move: false })
    expect(await refusalOf(linking.finishInChat(user, '123456'))).toBe('gone')
  })

  test.each([
    ['spaces', (pin: string) => ` ${pin.slice(0, 3)} ${pin.slice(3)}\n`],
    ['a hyphen', (pin: string) => `${pin.slice(0, 3)}-${pin.slice(3)}`],
    [
      'full-width digits',
      (pin: string) => pin.replace(/\d/g, (d) => '０１２３４５６７８９'[+d] ?? ''),
    ],
  ])('takes the PIN with %s', async (_how, write) => {
    const { linking, ann } = world
    const pin = await metFromChat(linking, user, ann)
    await linking.finishInChat(user, write(pin))
    expect((await linking.accountOf(user))?.id).toBe(ann.id)
  })

  test.each(['', 'hello', '12345', '1234567', '12345a', '١٢٣٤٥٦', 'x'.repeat(100_000)])(
    'counts %j as no try at all',
    async (text) => {
      const { linking, ann } = world
      const pin = await metFromChat(linking, user, ann)
      for (let n = 0; n < 8; n++) {
        expect(await refusalOf(linking.finishInChat(user, text))).toBe('invalid_field')
      }
      expect((await linking.finishInChat(user, pin)).id).toBe(ann.id)
    },
  )

  test('shows another PIN when the page agrees again, and takes that one alone', async () => {
    const { linking, ann } = world
    const { secret } = await linking.beginInChat(user, { move: false })
    const first = await linking.agreeOnPage(secret, ann)
    let second = await linking.agreeOnPage(secret, ann)
    while (second.pin === first.pin) second = await linking.agreeOnPage(secret, ann)
    expect(await refusalOf(linking.finishInChat(user, first.pin))).toBe('invalid_field')
    expect((await linking.finishInChat(user, second.pin)).id).toBe(ann.id)
  })

  test('says how many tries are left, and takes no sixth one, not even the right PIN', async () => {
    const { linking, ann } = world
    const pin = await metFromChat(linking, user, ann)
    for (const left of [4, 3, 2, 1, 0]) {
      await expect(linking.finishInChat(user, otherThan(pin))).rejects.toMatchObject({
        code: 'invalid_field',
        field: 'pin',
        reason: 'link.fault.pin',
        message: expect.stringContaining(left === 0 ? 'last try' : left === 1 ? 'One' : `${left}`),
      })
    }
    expect(await refusalOf(linking.finishInChat(user, pin))).toBe('gone')
    expect(await linking.awaitsPin(user)).toBe(false)
    expect(await linking.accountOf(user)).toBeNull()
    await link(linking, user, ann)
    expect((await linking.accountOf(user))?.id).toBe(ann.id)
  })

  test('is over after ten minutes, at every step', async () => {
    const { linking, ann, advance } = world
    const { secret } = await linking.beginInChat(user, { move: false })
    advance(9 * MINUTE_MS)
    const { pin, forMs } = await linking.agreeOnPage(secret, ann)
    expect(forMs).toBeLessThanOrEqual(MINUTE_MS)
    advance(MINUTE_MS)
    expect(await linking.offerOnPage(secret)).toBeNull()
    expect(await refusalOf(linking.agreeOnPage(secret, ann))).toBe('gone')
    expect(await linking.awaitsPin(user)).toBe(false)
    expect(await refusalOf(linking.finishInChat(user, pin))).toBe('gone')
    expect(await linking.accountOf(user)).toBeNull()
  })

  test('is void once another is begun', async () => {
    const { linking, ann } = world
    const { secret } = await linking.beginInChat(user, { move: false })
    const { pin } = await linking.agreeOnPage(secret, ann)
    await linking.beginInChat(user, { move: false })
    expect(await linking.offerOnPage(secret)).toBeNull()
    expect(await refusalOf(linking.agreeOnPage(secret, ann))).toBe('gone')
    expect(await refusalOf(linking.finishInChat(user, pin))).toBe('gone')
  })

  test('has nothing to do where both are linked already', async () => {
    const { linking, ann, told } = world
    await link(linking, user, ann)
    const { secret } = await linking.beginInChat(user, { move: true })
    expect((await linking.offerOnPage(secret))?.movesFrom?.id).toBe(ann.id)
    await expect(linking.agreeOnPage(secret, ann)).rejects.toMatchObject({
      code: 'conflict',
      reason: 'link.fault.already',
    })
    expect(told).toHaveLength(1)
  })

  test('takes a user from another account only when they agreed to it', async () => {
    const { linking, ann, bob, told } = world
    await link(linking, user, ann)
    await expect(linking.beginInChat(user, { move: false })).rejects.toMatchObject({
      code: 'conflict',
      reason: 'link.fault.moves',
    })
    const { secret } = await linking.beginInChat(user, { move: true })
    expect((await linking.offerOnPage(secret))?.movesFrom?.id).toBe(ann.id)
    const { pin } = await linking.agreeOnPage(secret, bob)
    expect((await linking.accountOf(user))?.id).toBe(ann.id)
    await linking.finishInChat(user, pin)
    expect((await linking.accountOf(user))?.id).toBe(bob.id)
    expect(await linking.identities(ann.id)).toEqual([])
    expect(told.slice(1)).toEqual([
      { kind: 'unlinked', user, account: ann.id, by: 'chat' },
      { kind: 'linked', user, account: bob.id, by: 'chat' },
    ])
  })

  test('takes nobody from an account that they came to meanwhile', async () => {
    const { linking, ann, bob, store } = world
    const pin = await metFromChat(linking, user, ann)
    await store.identities.link(user, bob.id, null)
    await expect(linking.finishInChat(user, pin)).rejects.toMatchObject({ code: 'conflict' })
    expect((await linking.accountOf(user))?.id).toBe(bob.id)
    expect(await linking.awaitsPin(user)).toBe(false)
  })

  test('takes a user who has left the account already that they agreed to leave', async () => {
    const { linking, ann, bob, store } = world
    await link(linking, user, ann)
    const pin = await metFromChat(linking, user, bob, { move: true })
    await store.identities.unlink(user, ann.id)
    await linking.finishInChat(user, pin)
    expect((await linking.accountOf(user))?.id).toBe(bob.id)
  })

  test('comes to one link, told once, when the right PIN is typed many times at once', async () => {
    const { linking, ann, told, another } = world
    const pin = await metFromChat(linking, user, ann)
    const elsewhere = another()
    const tries = await Promise.allSettled([
      linking.finishInChat(user, pin),
      elsewhere.finishInChat(user, pin),
      linking.finishInChat(user, pin),
    ])
    const done = tries.filter(({ status }) => status === 'fulfilled')
    expect(done.length).toBeGreaterThanOrEqual(1)
    expect(await linking.identities(ann.id)).toHaveLength(1)
    expect(told.length).toBeLessThanOrEqual(1)
  })
})
