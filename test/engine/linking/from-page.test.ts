import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  link,
  metFromPage,
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

describe.each(STORES)('a link that is begun on a page, on %s', (kind) => {
  beforeEach(async () => {
    world = await openWorld(kind)
  })

  test('stands once the PIN of the chat is typed on the page, and both sides are told', async () => {
    const { linking, ann, told } = world
    const { secret, forMs } = await linking.beginOnPage(ann, 'telegram')
    expect(secret).toMatch(/^[A-Za-z0-9_-]{20,64}$/)
    expect(forMs).toBe(10 * MINUTE_MS)
    const offer = await linking.offerInChat(secret, user)
    expect(offer).toMatchObject({ account: { id: ann.id }, user, movesFrom: null })
    const { pin } = await linking.agreeInChat(secret, user, { move: false })
    expect(pin).toMatch(/^\d{6}$/)
    expect(await linking.accountOf(user)).toBeNull()
    // The PIN is typed on the page: none is waited for in the chat.
    expect(await linking.awaitsPin(user)).toBe(false)
    expect(await refusalOf(linking.finishInChat(user, pin))).toBe('gone')
    expect(await linking.finishOnPage(ann, pin)).toMatchObject({ ...user, account: ann.id })
    expect((await linking.accountOf(user))?.id).toBe(ann.id)
    expect(told).toEqual([{ kind: 'linked', user, account: ann.id, by: 'page' }])
  })

  test('leads to the platform that was chosen, and to no other', async () => {
    const { linking, ann } = world
    const elsewhere = userNamed('Annie', { platform: 'matrix' })
    const { secret } = await linking.beginOnPage(ann, 'telegram')
    expect(await linking.offerInChat(secret, elsewhere)).toBeNull()
    const agreed = linking.agreeInChat(secret, elsewhere, { move: false })
    expect(await refusalOf(agreed)).toBe('gone')
    expect(await linking.offerOnPage(secret)).toBeNull()
  })

  test('is over after ten minutes, at every step', async () => {
    const { linking, ann, advance } = world
    const { secret } = await linking.beginOnPage(ann, 'telegram')
    const { pin } = await linking.agreeInChat(secret, user, { move: false })
    advance(10 * MINUTE_MS)
    expect(await linking.offerInChat(secret, user)).toBeNull()
    const agreed = linking.agreeInChat(secret, user, { move: false })
    expect(await refusalOf(agreed)).toBe('gone')
    expect(await refusalOf(linking.finishOnPage(ann, pin))).toBe('gone')
    expect(await linking.accountOf(user)).toBeNull()
  })

  test('takes five tries and no more, and may be begun again', async () => {
    const { linking, ann } = world
    const pin = await metFromPage(linking, user, ann)
    for (let n = 0; n < 5; n++) {
      expect(await refusalOf(linking.finishOnPage(ann, otherThan(pin)))).toBe('invalid_field')
    }
    expect(await refusalOf(linking.finishOnPage(ann, pin))).toBe('gone')
    await linking.finishOnPage(ann, await metFromPage(linking, user, ann))
    expect((await linking.accountOf(user))?.id).toBe(ann.id)
  })

  test('asks who acts for another account whether they move', async () => {
    const { linking, ann, bob, told } = world
    await link(linking, user, bob)
    const { secret } = await linking.beginOnPage(ann, 'telegram')
    expect((await linking.offerInChat(secret, user))?.movesFrom?.id).toBe(bob.id)
    await expect(linking.agreeInChat(secret, user, { move: false })).rejects.toMatchObject({
      code: 'conflict',
      reason: 'link.fault.moves',
    })
    const { pin } = await linking.agreeInChat(secret, user, { move: true })
    expect((await linking.accountOf(user))?.id).toBe(bob.id)
    await linking.finishOnPage(ann, pin)
    expect((await linking.accountOf(user))?.id).toBe(ann.id)
    expect(told.slice(1).map(({ kind, account }) => [kind, account])).toEqual([
      ['unlinked', bob.id],
      ['linked', ann.id],
    ])
  })

  test('has nothing to do where both are linked already', async () => {
    const { linking, ann } = world
    await link(linking, user, ann)
    const { secret } = await linking.beginOnPage(ann, 'telegram')
    await expect(linking.agreeInChat(secret, user, { move: true })).rejects.toMatchObject({
      code: 'conflict',
      reason: 'link.fault.already',
    })
  })

  test('is met by one user alone', async () => {
    const { linking, ann } = world
    const { secret } = await linking.beginOnPage(ann, 'telegram')
    const { pin } = await linking.agreeInChat(secret, user, { move: false })
    const other = userNamed('Eve')
    expect(await linking.offerInChat(secret, other)).toBeNull()
    const agreed = linking.agreeInChat(secret, other, { move: false })
    expect(await refusalOf(agreed)).toBe('forbidden')
    expect(await linking.finishOnPage(ann, pin)).toMatchObject({ id: user.id })
  })

  test('comes to one link when the right PIN is typed many times at once', async () => {
    const { linking, ann, another } = world
    const pin = await metFromPage(linking, user, ann)
    const elsewhere = another()
    const tries = await Promise.allSettled([
      linking.finishOnPage(ann, pin),
      elsewhere.finishOnPage(ann, pin),
    ])
    expect(tries.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect(await linking.identities(ann.id)).toHaveLength(1)
  })
})

describe.each(STORES)('who is linked, on %s', (kind) => {
  beforeEach(async () => {
    world = await openWorld(kind)
  })

  test('is unlinked from either side, at once, and may be linked again', async () => {
    const { linking, ann, bob, told } = world
    for (const by of ['chat', 'page'] as const) {
      await link(linking, user, ann)
      expect(await linking.unlink(user, bob.id, by)).toBe(false)
      expect(await linking.unlink(user, ann.id, by)).toBe(true)
      expect(await linking.accountOf(user)).toBeNull()
      expect(told.at(-1)).toMatchObject({ kind: 'unlinked', user, account: ann.id, by })
      expect(await linking.unlink(user, ann.id, by)).toBe(false)
    }
    expect(told.filter(({ kind }) => kind === 'unlinked')).toHaveLength(2)
  })

  test('goes by the name that they show themselves with now', async () => {
    const { linking, ann } = world
    await link(linking, user, ann)
    const renamed = { ...user, handle: 'annie_new', name: 'Annie New' }
    await linking.seen(renamed)
    await linking.seen(userNamed('Stranger'))
    expect(await linking.identities(ann.id)).toMatchObject([renamed])
    expect(await linking.accountOf(userNamed('Stranger'))).toBeNull()
  })

  test('may have several users for one account', async () => {
    const { linking, ann, advance } = world
    await link(linking, user, ann)
    advance(1_000)
    await link(linking, userNamed('Annie', { platform: 'matrix' }), ann)
    expect((await linking.identities(ann.id)).map(({ platform }) => platform)).toEqual([
      'telegram',
      'matrix',
    ])
  })
})
