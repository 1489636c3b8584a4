import { describe, expect, test } from 'vitest'
import type { PlatformUser } from '#core/identity.ts'
import type { InvitationQuestion, ShareView } from '#engine/engine.ts'
import { all } from '#test/fixtures/engine.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'
import { bob, createShyChannel, eve, reachOf, telegramUser } from './people.ts'

const start = useTestEngine()

/** A share of Ann's that waits for Bob, and her invitation. */
async function invited(recipient = 'telegram:@bob') {
  const telegram = createShyChannel()
  const t = await start([telegram])
  const { reaching } = t.engine
  const { id } = await t.share([recipient])
  const waiting = await t.settled(id, all('waiting'))
  const delivery = waiting.deliveries[0]!.id
  const invitation = await reaching.invite(t.ann, delivery)
  const questions: InvitationQuestion[] = []
  reaching.onQuestion((question) => questions.push(question))
  return {
    ...t,
    id,
    delivery,
    invitation,
    questions,
    async comes(user: PlatformUser, by = invitation) {
      telegram.come(user)
      await reaching.met(user, reachOf(user))
      return reaching.comeBy(by, user)
    },
    share: (): Promise<ShareView> => t.engine.sharing.get(t.ann, id),
  }
}

describe('an invitation', () => {
  test.each(['telegram:@bob', 'telegram:4711'])(
    'that was written for %s brings them what it invited to, once',
    async (recipient) => {
      const t = await invited(recipient)
      expect(await t.comes(bob)).toEqual({ kind: 'sent', sender: 'ann' })
      const { deliveries } = await t.settled(t.id, all('accepted'))
      expect(deliveries[0]).toMatchObject({ address: '4711' })
      expect(t.questions).toEqual([])
      expect(await t.comes(bob)).toEqual({ kind: 'before', sender: 'ann' })
      expect(await t.comes(eve)).toEqual({ kind: 'void' })
    },
  )

  test('that somebody else comes by is the sender’s to decide about', async () => {
    const t = await invited()
    expect(await t.comes(eve)).toEqual({ kind: 'asked', sender: 'ann' })
    const { ref } = t.questions[0]!
    const asked = { account: t.ann.id, recipient: 'telegram:@bob', came: eve, ref }
    expect(t.questions).toEqual([{ delivery: t.delivery, ...asked }])
    const waiting = await t.share()
    expect(all('waiting')(waiting)).toBe(true)
    expect(waiting.deliveries[0]?.came).toEqual([{ user: eve, ref }])

    expect(await t.comes(eve)).toEqual({ kind: 'asked', sender: 'ann' })
    expect(t.questions).toHaveLength(1)
    const { reaching } = t.engine
    expect(await reaching.confirm(t.ann, t.delivery, { ref, yes: true })).toBe('sent')
    expect(await reaching.confirm(t.ann, t.delivery, { ref, yes: true })).toBe('sent')
    expect(await reaching.confirm(t.ann, t.delivery, { ref, yes: false })).toBe('answered')
    const { deliveries } = await t.settled(t.id, all('accepted'))
    expect(deliveries[0]).toMatchObject({ recipient: 'telegram:@bob', address: '666' })
    expect(await t.comes(bob)).toEqual({ kind: 'void' })
  })

  test('stays good for who was meant after a no, which is asked about no more', async () => {
    const t = await invited()
    await t.comes(eve)
    const { ref } = t.questions[0]!
    const { reaching } = t.engine
    expect(await reaching.confirm(t.ann, t.delivery, { ref, yes: false })).toBe('refused')
    expect(await reaching.confirm(t.ann, t.delivery, { ref, yes: false })).toBe('refused')
    expect(await reaching.confirm(t.ann, t.delivery, { ref, yes: true })).toBe('answered')
    expect(await t.comes(eve)).toEqual({ kind: 'void' })
    expect(t.questions).toHaveLength(1)
    expect((await t.share()).deliveries[0]?.came).toEqual([])
    expect(await t.comes(bob)).toMatchObject({ kind: 'sent' })
  })

  test('is put to the sender by whoever looks, until it was seen there', async () => {
    const t = await invited()
    await t.comes(eve)
    const { reaching } = t.engine
    const place = { platform: 'telegram', connection: eve.connection } as const
    const found = async () => (await reaching.unasked(place, { limit: 10 })).questions
    expect(await found()).toEqual(t.questions)
    await reaching.asked(t.questions[0]!, place)
    expect(await found()).toEqual([])
    const elsewhere = { ...place, platform: 'slack' } as const
    expect((await reaching.unasked(elsewhere, { limit: 10 })).questions).toEqual(t.questions)
  })

  test('is nothing to who made it', async () => {
    const t = await invited()
    await t.store.identities.link(eve, t.ann.id, null)
    expect(await t.comes(eve)).toEqual({ kind: 'own' })
    expect(t.questions).toEqual([])
  })

  test('that is passed around troubles its sender a few times a day', async () => {
    const t = await invited()
    for (let n = 0; n < 20; n++) {
      expect(await t.comes(telegramUser(`${900 + n}`))).toMatchObject({ kind: 'asked' })
    }
    expect(t.questions.length).toBe(5)
    expect(await t.comes(bob)).toMatchObject({ kind: 'sent' })
  })

  test('brings nothing to who wants no messages, until they resume', async () => {
    const t = await invited()
    await t.engine.reaching.choose(bob, 'stop')
    expect(await t.comes(bob)).toEqual({ kind: 'stopped', sender: 'ann' })
    expect(all('waiting')(await t.share())).toBe(true)
    await t.engine.reaching.choose(bob, 'resume')
    expect(await t.comes(bob)).toMatchObject({ kind: 'sent' })
  })

  test('is void once its share was taken back, and when nobody made it', async () => {
    const t = await invited()
    await t.engine.sharing.cancel(t.ann, t.id)
    expect(await t.comes(bob)).toEqual({ kind: 'void' })
    expect(await t.comes(bob, 'A'.repeat(51))).toEqual({ kind: 'void' })
    expect(await t.comes(bob, '')).toEqual({ kind: 'void' })
  })

  test('is its sender’s to give, and for what waits alone', async () => {
    const t = await invited()
    const mallory = await t.engine.accounts.create({ username: 'mallory' })
    await expect(t.engine.reaching.invite(mallory, t.delivery)).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(
      t.engine.reaching.confirm(mallory, t.delivery, { ref: 'x', yes: true }),
    ).rejects.toMatchObject({
      code: 'not_found',
    })
    await t.comes(bob)
    await t.settled(t.id, all('accepted'))
    await expect(t.engine.reaching.invite(t.ann, t.delivery)).rejects.toMatchObject({
      code: 'wrong_state',
    })
  })

  test('cannot be confirmed for somebody who never came', async () => {
    const t = await invited()
    const nobody = t.engine.reaching.confirm(t.ann, t.delivery, { ref: 'AAAAAAAA', yes: true })
    await expect(nobody).rejects.toMatchObject({ code: 'not_found' })
    expect(await t.comes({ ...eve, platform: 'matrix' as const })).toEqual({ kind: 'void' })
  })
})
