import { describe, expect, test } from 'vitest'
import type { PlatformUser } from '#core/identity.ts'
import { all, type TestEngine } from '#test/fixtures/engine.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'
import { bob, createShyChannel, eve, reachOf, telegramUser } from './people.ts'

const start = useTestEngine()

async function startShy() {
  const telegram = createShyChannel()
  const t = await start([telegram])
  const come = async (user: PlatformUser): Promise<void> => {
    telegram.come(user)
    await t.engine.reaching.met(user, reachOf(user))
  }
  return { ...t, telegram, come }
}

/** A share to a handle or an id that nobody can write to yet. */
async function waitingShare(t: TestEngine, recipient: string, more: object = {}) {
  const { id } = await t.share([recipient], more)
  return t.settled(id, all('waiting'))
}

describe('what waits for a person', () => {
  test('is told, the oldest first, by id and by handle alike, and sent when they want it', async () => {
    const t = await startShy()
    const [first, second] = [
      await waitingShare(t, 'telegram:@bob', { title: 'A walk' }),
      await waitingShare(t, 'telegram:4711', { url: 'https://example.org/b' }),
    ]
    await waitingShare(t, 'telegram:@someone')
    await t.come(bob)
    const waiting = await t.engine.reaching.waitingFor(bob, 10)
    expect(waiting).toEqual([
      { delivery: first.deliveries[0]?.id, sender: 'ann', title: 'A walk' },
      { delivery: second.deliveries[0]?.id, sender: 'ann', title: 'https://example.org/b' },
    ])
    expect(await t.engine.reaching.waitingFor(bob, 1)).toEqual(waiting.slice(0, 1))
    expect(t.telegram.sent.map(({ address }) => address.value)).not.toContain('4712')

    expect(await t.engine.reaching.show(bob)).toBe(2)
    for (const { id } of [first, second]) {
      const { deliveries } = await t.settled(id, all('accepted'))
      expect(deliveries[0]).toMatchObject({ address: '4711', via: 'telegram' })
    }
    expect(await t.engine.reaching.waitingFor(bob, 10)).toEqual([])
    expect(await t.engine.reaching.show(bob)).toBe(0)
  })

  test('goes nowhere by their coming alone, nor to who cannot be written to', async () => {
    const t = await startShy()
    const { id } = await waitingShare(t, 'telegram:@bob')
    await t.engine.reaching.met(bob, null)
    expect(await t.engine.reaching.waitingFor(bob, 10)).toHaveLength(1)
    expect(await t.engine.reaching.show(bob)).toBe(0)
    expect(all('waiting')(await t.engine.sharing.get(t.ann, id))).toBe(true)
  })

  test('is nobody else’s, nor of who had the handle before', async () => {
    const t = await startShy()
    await waitingShare(t, 'telegram:@bob')
    await t.come(eve)
    await t.come({ ...bob, handle: null })
    expect(await t.engine.reaching.waitingFor(eve, 10)).toEqual([])
    expect(await t.engine.reaching.waitingFor({ ...bob, handle: null }, 10)).toEqual([])
    const console = { ...bob, platform: 'console' as const }
    expect(await t.engine.reaching.waitingFor(console, 10)).toEqual([])
  })
})

describe('a handle of somebody who has come', () => {
  test('is their id from the start, and the message goes out at once', async () => {
    const t = await startShy()
    await t.come(bob)
    const { id } = await t.share(['telegram:@bob'])
    const { deliveries } = await t.settled(id, all('accepted'))
    expect(deliveries[0]).toMatchObject({ recipient: 'telegram:@bob', address: '4711' })
  })

  test('is found again when the message falls due, however long before it was written', async () => {
    const t = await startShy()
    const sendAt = Date.now() + 3_600_000
    const { id } = await t.share(['telegram:@bob'], { sendAt })
    await t.come(bob)
    t.advance(3_600_000)
    const { deliveries } = await t.settled(id, all('accepted'))
    expect(deliveries[0]).toMatchObject({ address: '4711' })
  })
})

describe('a stop of one’s own', () => {
  test('holds for all senders, keeps back what waits, and is lifted by resuming alone', async () => {
    const t = await startShy()
    const { reaching } = t.engine
    await waitingShare(t, 'telegram:@bob')
    await t.come(bob)
    await reaching.choose(bob, 'stop')
    expect(await reaching.hasStopped(bob)).toBe(true)
    await t.come(bob)
    expect(await reaching.hasStopped(bob)).toBe(true)
    expect(await reaching.waitingFor(bob, 10)).toEqual([])
    expect(await reaching.show(bob)).toBe(0)
    const { id } = await t.share(['telegram:@bob'])
    await t.settled(id, all('suppressed'))

    await reaching.choose(bob, 'resume')
    expect(await reaching.hasStopped(bob)).toBe(false)
    expect(await reaching.show(bob)).toBe(1)
  })

  test('is nobody else’s', async () => {
    const t = await startShy()
    await t.engine.reaching.choose(bob, 'stop')
    expect(await t.engine.reaching.hasStopped(eve)).toBe(false)
    expect(await t.engine.reaching.hasStopped({ ...bob, platform: 'console' })).toBe(false)
  })

  test('holds what was written to the handle too, from when it is known whose it is', async () => {
    const t = await startShy()
    const sendAt = Date.now() + 3_600_000
    const { id } = await t.share(['telegram:@bob'], { sendAt })
    await t.come(bob)
    await t.engine.reaching.choose(bob, 'stop')
    t.advance(3_600_000)
    await t.settled(id, all('suppressed'))
    expect(t.telegram.sent.map(({ address }) => address.value)).not.toContain('4711')
  })
})

describe('who blocks the bot', () => {
  test('is written to no more, and again once they come back', async () => {
    const t = await startShy()
    await t.come(bob)
    await t.engine.reaching.met(bob, null)
    const { id } = await t.share(['telegram:4711'])
    await t.settled(id, all('suppressed'))
    await t.come(bob)
    await t.engine.sharing.retry(t.ann, `${id}-0`)
    await t.settled(id, all('accepted'))
  })

  test('is told from who was never there: they are waited for', async () => {
    const t = await startShy()
    await t.engine.reaching.met(telegramUser('815'), null)
    await t.engine.reaching.met(telegramUser('815'), null)
    await waitingShare(t, 'telegram:815')
  })
})
