import { describe, expect, test } from 'vitest'
import type { Engine, VisitAnswer } from '#engine/engine.ts'
import { all } from '#test/fixtures/engine.ts'
import { type FaultyStore, faultyStore } from '#test/fixtures/faulty-store.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'
import { bob, createShyChannel, reachOf } from './people.ts'

const start = useTestEngine()

const follow = (engine: Engine, link: string): Promise<VisitAnswer> =>
  engine.visiting.visit({
    code: link.split('/').at(-1)!,
    method: 'GET',
    ip: '198.51.100.7',
    headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0' },
    viewer: null,
  })

describe('what waits, passed on by the sender', () => {
  test('holds the recipient’s own link and the sender’s words, and is sent by nobody else', async () => {
    const telegram = createShyChannel()
    const t = await start([telegram])
    const { id } = await t.share(['telegram:@bob'], { note: 'look at this', title: 'A walk' })
    const { deliveries } = await t.settled(id, all('waiting'))
    const { id: delivery, link } = deliveries[0]!
    const handed = await t.engine.reaching.handOver(t.ann, delivery)
    expect(handed).toEqual({ link, text: `look at this\nA walk\n${link}` })
    expect(all('waiting')(await t.engine.sharing.get(t.ann, id))).toBe(true)

    await t.engine.reaching.handedOver(t.ann, delivery)
    const [after] = (await t.engine.sharing.get(t.ann, id)).deliveries
    expect(after).toMatchObject({ state: 'accepted', via: 'carry', error: null, dueAt: null })
    await t.engine.reaching.handedOver(t.ann, delivery)

    telegram.come(bob)
    await t.engine.reaching.met(bob, reachOf(bob))
    expect(await t.engine.reaching.waitingFor(bob, 10)).toEqual([])
    expect(await follow(t.engine, link)).toEqual({
      kind: 'redirect',
      location: 'https://example.org/a',
    })
    expect(telegram.sent.map(({ address }) => address.value)).toEqual(['@bob'])
  })

  test('is their own alone, and nothing that has left', async () => {
    const t = await start([createShyChannel(), createScriptedChannel()])
    const { id } = await t.share(['telegram:@bob', 'bob@example.org'])
    const [waits, left] = (
      await t.settled(id, (share) => share.deliveries.every(({ attempts }) => attempts > 0))
    ).deliveries
    const mallory = await t.engine.accounts.create({ username: 'mallory' })
    const refused = (code: string) => expect.objectContaining({ code })
    const { reaching } = t.engine
    await expect(reaching.handOver(mallory, waits!.id)).rejects.toEqual(refused('not_found'))
    await expect(reaching.handedOver(mallory, waits!.id)).rejects.toEqual(refused('not_found'))
    await expect(reaching.handOver(t.ann, left!.id)).rejects.toEqual(refused('wrong_state'))
    await reaching.handedOver(t.ann, left!.id)
    expect((await t.engine.sharing.get(t.ann, id)).deliveries[1]).toMatchObject({ via: 'email' })
  })
})

describe('a link that is offered to pass on', () => {
  const options = { frontEnd: 'telegram', locale: 'en' } as const
  const request = { url: 'https://example.org/a', title: 'A walk', note: 'look at this' }

  async function offered(store?: FaultyStore['store']) {
    const t = await start([createScriptedChannel()], {}, store ? { store } : {})
    const offer = await t.engine.reaching.offer(t.ann, request, options)
    const shares = async () =>
      (await t.engine.sharing.list(t.ann, { limit: 9, cursor: null })).items
    return { ...t, offer, shares }
  }

  test('is no share before it is passed on', async () => {
    const { offer, shares } = await offered()
    expect(offer.link).toBe(`https://passalong.example.org/r/${offer.token}`)
    expect(offer.text).toBe(`look at this\nA walk\n${offer.link}`)
    expect(offer.target).toMatchObject({ kind: 'page', url: 'https://example.org/a' })
    expect(new TextEncoder().encode(offer.token).length).toBeLessThanOrEqual(64)
    expect(await shares()).toEqual([])
  })

  test('is one when it is taken, by the very code, and once', async () => {
    const t = await offered()
    const taken = await Promise.all([
      t.engine.reaching.takeOffer(t.ann, t.offer.token),
      t.engine.reaching.takeOffer(t.ann, t.offer.token),
    ])
    expect(taken[0]).toEqual(taken[1])
    expect(taken[0]).toMatchObject({ note: 'look at this', target: { title: 'A walk' } })
    expect(taken[0]?.deliveries).toMatchObject([
      {
        recipient: 'Passed on by yourself',
        channel: 'carry',
        via: 'carry',
        state: 'accepted',
        link: t.offer.link,
        dueAt: null,
        error: null,
      },
    ])
    expect(await t.shares()).toHaveLength(1)
    expect(await follow(t.engine, t.offer.link)).toMatchObject({ kind: 'redirect' })
  })

  test('is one when it is first followed, without any word of the platform', async () => {
    const t = await offered()
    const followed = await Promise.all([
      follow(t.engine, t.offer.link),
      follow(t.engine, t.offer.link),
    ])
    for (const answer of followed) {
      expect(answer).toEqual({ kind: 'redirect', location: 'https://example.org/a' })
    }
    const [only, ...more] = await t.shares()
    expect(more).toEqual([])
    expect(await t.engine.reaching.takeOffer(t.ann, t.offer.token)).toMatchObject({
      id: only?.share.id,
    })
    const { deliveries } = await t.settled(
      only!.share.id,
      (it) => (it.deliveries[0]?.opens ?? 0) > 0,
    )
    expect(deliveries[0]?.opens).toBe(2)
  })

  test.each(['shares.accept', 'accounts.takeTicket'] as const)(
    'is made whole by the next who asks, where %s failed',
    async (useCase) => {
      const faulty = faultyStore()
      const t = await offered(faulty.store)
      faulty.breakNext(useCase, 1)
      await expect(t.engine.reaching.takeOffer(t.ann, t.offer.token)).rejects.toThrow()
      expect(await follow(t.engine, t.offer.link)).toMatchObject({ kind: 'redirect' })
      const share = await t.engine.reaching.takeOffer(t.ann, t.offer.token)
      expect((await t.shares()).map((one) => one.share.id)).toEqual([share?.id])
    },
  )

  test('leads nowhere after a fortnight in which nobody took or followed it', async () => {
    const t = await offered()
    t.advance(14 * 24 * 3_600_000)
    expect(await follow(t.engine, t.offer.link)).toEqual({ kind: 'unknown' })
    expect(await t.engine.reaching.takeOffer(t.ann, t.offer.token)).toBeNull()
  })

  test('is its sender’s alone', async () => {
    const t = await offered()
    const mallory = await t.engine.accounts.create({ username: 'mallory' })
    expect(await t.engine.reaching.takeOffer(mallory, t.offer.token)).toBeNull()
    for (const made of ['', 'x', 'A'.repeat(17)]) {
      expect(await t.engine.reaching.takeOffer(t.ann, made)).toBeNull()
    }
  })

  test('is taken back like any other', async () => {
    const t = await offered()
    const share = await t.engine.reaching.takeOffer(t.ann, t.offer.token)
    await t.engine.sharing.recall(t.ann, share!.id)
    expect(await follow(t.engine, t.offer.link)).toEqual({ kind: 'gone', why: 'recalled' })
  })

  test('shows its sender what was passed on, and is no one to write to again', async () => {
    const t = await offered()
    const share = await t.engine.reaching.takeOffer(t.ann, t.offer.token)
    const copy = await t.engine.sharing.rendered(t.ann, share!.deliveries[0]!.id)
    expect(copy).toMatchObject({ channel: 'carry', text: t.offer.text })
    expect(await t.engine.sharing.recents(t.ann)).toEqual([])
  })

  test('is refused for what could not be shared, and where they come too fast', async () => {
    const t = await offered()
    const bad = t.engine.reaching.offer(t.ann, { url: 'http://10.0.0.1/' }, options)
    await expect(bad).rejects.toMatchObject({ code: 'invalid_target' })
    const many = Array.from({ length: 100 }, () => t.engine.reaching.offer(t.ann, request, options))
    const refused = (await Promise.allSettled(many)).filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThan(20)
    expect(refused[0]).toMatchObject({ reason: { code: 'rate_limited' } })
  })

  test('is one of no more than a day has room for', async () => {
    const t = await offered()
    const made: string[] = []
    for (let n = 0; n < 400; n++) {
      t.advance(2_000)
      const offer = t.engine.reaching.offer(t.ann, request, options)
      made.push(
        await offer.then(
          () => 'made',
          ({ code }) => code,
        ),
      )
    }
    const room = made.filter((one) => one === 'made').length
    expect(room).toBeGreaterThan(290)
    expect(room).toBeLessThan(310)
    expect(made.at(-1)).toBe('rate_limited')
  })
})
