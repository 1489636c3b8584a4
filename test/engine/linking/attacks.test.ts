import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKeys, hashSecret } from '#engine/keys.ts'
import {
  link,
  metFromChat,
  metFromPage,
  openWorld,
  otherThan,
  refusalOf,
  STORES,
  userNamed,
  type World,
} from './world.ts'

const DAY_MS = 24 * 3_600_000
const ann = userNamed('Annie')
const eve = userNamed('Eve')
let world: World
afterEach(() => world.close())

describe.each(STORES)('who attacks linking, on %s', (kind) => {
  beforeEach(async () => {
    world = await openWorld(kind)
  })

  test('gains nothing by a link that is sent from a chat to a victim, though the victim agrees', async () => {
    const { linking } = world
    const { secret } = await linking.beginInChat(eve, { move: false })
    // The page names who asks.
    expect((await linking.offerOnPage(secret))?.user).toEqual(eve)
    const { pin } = await linking.agreeOnPage(secret, world.ann)
    for (let n = 0; n < 5; n++) {
      expect(await refusalOf(linking.finishInChat(eve, otherThan(pin)))).toBe('invalid_field')
    }
    expect(await refusalOf(linking.finishInChat(eve, pin))).toBe('gone')
    expect(await linking.identities(world.ann.id)).toEqual([])
  })

  test('gains nothing by a link that is sent from a page to a victim, though the victim agrees', async () => {
    const { linking, bob } = world
    const { secret } = await linking.beginOnPage(bob, 'telegram')
    // The chat names the account that asks.
    expect((await linking.offerInChat(secret, ann))?.account?.username).toBe('bob')
    const { pin } = await linking.agreeInChat(secret, ann, { move: false })
    for (let n = 0; n < 5; n++) {
      expect(await refusalOf(linking.finishOnPage(bob, otherThan(pin)))).toBe('invalid_field')
    }
    expect(await refusalOf(linking.finishOnPage(bob, pin))).toBe('gone')
    expect(await linking.accountOf(ann)).toBeNull()
  })

  test('gains nothing by a PIN that is coaxed out of a victim who links themselves', async () => {
    const { linking, bob } = world
    const pin = await metFromChat(linking, ann, world.ann)
    // Without an attempt of their own, with one that waits for its page, and with one of their own.
    expect(await refusalOf(linking.finishInChat(eve, pin))).toBe('gone')
    expect(await refusalOf(linking.finishOnPage(bob, pin))).toBe('gone')
    let own = await metFromChat(linking, eve, bob)
    while (own === pin) own = await metFromChat(linking, eve, bob)
    expect(await refusalOf(linking.finishInChat(eve, pin))).toBe('invalid_field')
    expect(await linking.accountOf(eve)).toBeNull()
    // It is still the victim's.
    expect((await linking.finishInChat(ann, pin)).id).toBe(world.ann.id)
  })

  test('cannot slip in between the two sides of a victim', async () => {
    const { linking, bob } = world
    const { secret } = await linking.beginInChat(ann, { move: false })
    const { pin } = await linking.agreeOnPage(secret, world.ann)
    expect(await refusalOf(linking.agreeOnPage(secret, bob))).toBe('forbidden')
    expect((await linking.finishInChat(ann, pin)).id).toBe(world.ann.id)
  })

  test('cannot turn a secret round', async () => {
    const { linking } = world
    const fromChat = await linking.beginInChat(ann, { move: false })
    expect(await linking.offerInChat(fromChat.secret, eve)).toBeNull()
    const agreed = linking.agreeInChat(fromChat.secret, eve, { move: false })
    expect(await refusalOf(agreed)).toBe('gone')
    const fromPage = await linking.beginOnPage(world.ann, 'telegram')
    expect(await linking.offerOnPage(fromPage.secret)).toBeNull()
    expect(await refusalOf(linking.agreeOnPage(fromPage.secret, world.bob))).toBe('gone')
  })

  test('cannot make secrets up', async () => {
    const { linking } = world
    for (const made of ['', 'x', '../', 'A'.repeat(32), '\u0000', 'A'.repeat(100_000)]) {
      expect(await linking.offerOnPage(made)).toBeNull()
      expect(await linking.offerInChat(made, eve)).toBeNull()
      expect(await refusalOf(linking.agreeOnPage(made, world.bob))).toBe('gone')
    }
  })

  test('tries ten PINs at once at an account, and no more than twenty in any day, however many users and attempts they have', async () => {
    const { linking, advance, member } = world
    let typed = 0
    let refused: string | undefined
    for (let n = 0; refused !== 'rate_limited' && n < 60; n++) {
      const user = userNamed(`Eve${n % 7}`)
      const pin = await metFromChat(linking, user, world.ann)
      for (let again = 0; again < 4 && refused !== 'rate_limited'; again++) {
        refused = await refusalOf(linking.finishInChat(user, otherThan(pin)))
        if (refused === 'invalid_field') typed++
      }
    }
    expect([refused, typed]).toEqual(['rate_limited', 10])
    // Not even the right one, nor on a page; others are not held up.
    const pin = await metFromPage(linking, userNamed('Eve9'), world.ann)
    expect(await refusalOf(linking.finishOnPage(world.ann, pin))).toBe('rate_limited')
    await link(linking, userNamed('Carol'), await member('carol'))
    for (let hour = 1; hour < 24; hour++) {
      advance(DAY_MS / 24)
      const user = userNamed(`Eve${hour}`)
      const shown = await metFromChat(linking, user, world.ann)
      const answer = await refusalOf(linking.finishInChat(user, otherThan(shown)))
      if (answer === 'invalid_field') typed++
    }
    expect(typed).toBeGreaterThan(15)
    expect(typed).toBeLessThanOrEqual(20)
    advance(DAY_MS)
    await link(linking, ann, world.ann)
  })

  test('tries ten PINs at once as a user, however many accounts and attempts they have', async () => {
    const { linking, member } = world
    const accounts = await Promise.all(['m1', 'm2', 'm3'].map(member))
    let typed = 0
    let refused: string | undefined
    for (let n = 0; refused !== 'rate_limited' && n < 25; n++) {
      const account = accounts[n % accounts.length] ?? world.bob
      const pin = await metFromPage(linking, ann, account)
      refused = await refusalOf(linking.finishOnPage(account, otherThan(pin)))
      if (refused === 'invalid_field') typed++
    }
    expect([refused, typed]).toEqual(['rate_limited', 10])
  })

  test('has five tries at one attempt, over all processes and restarts', async () => {
    const { linking, another } = world
    const pin = await metFromChat(linking, eve, world.ann)
    const processes = Array.from({ length: 8 }, () => another())
    const tries = await Promise.all(
      processes.map((process) => refusalOf(process.finishInChat(eve, otherThan(pin)))),
    )
    expect(tries.filter((code) => code === 'invalid_field')).toHaveLength(5)
    expect(tries.filter((code) => code === 'gone')).toHaveLength(3)
    expect(await refusalOf(another().finishInChat(eve, pin))).toBe('gone')
  })

  test('cannot begin without end', async () => {
    const { linking } = world
    let refused: string | undefined
    for (let n = 0; refused === undefined && n < 200; n++) {
      refused = await refusalOf(linking.beginInChat(eve, { move: false }))
    }
    expect(refused).toBe('rate_limited')
    expect(await refusalOf(linking.beginInChat(ann, { move: false }))).toBeUndefined()
  })

  test('replays neither a secret nor a PIN, whoever was unlinked in between', async () => {
    const { linking } = world
    const { secret } = await linking.beginInChat(ann, { move: false })
    const { pin } = await linking.agreeOnPage(secret, world.ann)
    await linking.finishInChat(ann, pin)
    await linking.unlink(ann, world.ann.id, 'page')
    expect(await linking.offerOnPage(secret)).toBeNull()
    expect(await refusalOf(linking.agreeOnPage(secret, world.bob))).toBe('gone')
    expect(await refusalOf(linking.finishInChat(ann, pin))).toBe('gone')
    expect(await linking.accountOf(ann)).toBeNull()
  })

  test.each(['chat', 'page'] as const)(
    'does not come back after an unlinking by a PIN that was shown in the %s before',
    async (place) => {
      const { linking, store } = world
      const meet = place === 'page' ? metFromChat : metFromPage
      const pin = await meet(linking, ann, world.ann)
      // As a crash between the link and the end of the attempt leaves it.
      await store.identities.link(ann, world.ann.id, null)
      await linking.unlink(ann, world.ann.id, 'page')
      const again =
        place === 'page' ? linking.finishInChat(ann, pin) : linking.finishOnPage(world.ann, pin)
      expect(await refusalOf(again)).toBe('gone')
      expect(await linking.accountOf(ann)).toBeNull()
    },
  )

  test('reads neither secret nor PIN out of the store, and cannot try a million without the key', async () => {
    const { linking, store, keys } = world
    const { secret } = await linking.beginInChat(ann, { move: false })
    const { pin } = await linking.agreeOnPage(secret, world.ann)
    const row = await store.identities.attemptOf({ user: ann })
    expect(JSON.stringify(row)).not.toContain(secret)
    expect(row?.pinHash).toBe(keys.pinHash(row?.hash ?? '', pin))
    const guesses = [hashSecret(pin), hashSecret(`${row?.hash} ${pin}`)]
    const otherKey = createKeys('another secret that is long enough, too')
    expect([...guesses, otherKey.pinHash(row?.hash ?? '', pin)]).not.toContain(row?.pinHash)
    expect(keys.pinHash('another attempt', pin)).not.toBe(row?.pinHash)
  })
})
