import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Code, DeliveryId, Instant } from '#core/ids.ts'
import type { Store } from '#ports/store/store.ts'
import type { DeliveryVisits, FoldResult, Visit } from '#ports/store/visits.ts'
import { A_PAGE, type Planted, plantAccount, plantShare } from '#test/fixtures/planted-share.ts'
import { aVisit } from '#test/fixtures/visits.ts'

export interface VisitStoreHarness {
  open(): Promise<Store>
  /** Closes, and opens again on the same data; or why there is no such thing. */
  readonly reopen: ((store: Store) => Promise<Store>) | { readonly skip: string }
  close(store: Store): Promise<void>
  /** Moves the store's clock on; or why it cannot be moved. */
  readonly advance: ((ms: number) => void) | { readonly skip: string }
}

const NOON = Date.UTC(2026, 10, 23, 12)
const LONG_AGO = Date.UTC(2026, 0, 1) as Instant
const at = (ms: number) => (NOON + ms) as Instant

/** What every store must make of visits. */
export function visitStoreContract(name: string, harness: VisitStoreHarness): void {
  describe(`visits in ${name}`, () => {
    let store: Store
    let share: Planted
    let seq = 0

    beforeEach(async () => {
      seq = 0
      store = await harness.open()
      share = await plantShare(store, await plantAccount(store), { recipients: 3, via: 'email' })
      await store.shares.revise(10)
    })
    afterEach(() => harness.close(store))

    const visitOf = (n: number, change: Partial<Visit> = {}): Visit =>
      aVisit({ delivery: share.deliveries[n]!, at: at(n), ...change })
    const append = (visits: readonly Visit[], back: readonly Visit[] = [], writer = 'w') =>
      store.visits.append([
        {
          writer,
          seq: ++seq,
          visits,
          reclassed: back.map((visit) => ({ visit, to: 'scanner' })),
        },
      ])
    const countersOf = async (id: DeliveryId): Promise<DeliveryVisits | undefined> =>
      (await store.visits.counters(share.id)).find(({ delivery }) => delivery === id)
    const foldAll = async (limit = 100): Promise<FoldResult[]> => {
      const results = [await store.visits.fold(limit)]
      while (results.at(-1)?.more) results.push(await store.visits.fold(limit))
      return results
    }

    describe('resolving', () => {
      test('a code gives all that answering needs', async () => {
        const link = await store.visits.resolve(share.codes[1]!)
        expect(link).toMatchObject({
          delivery: share.deliveries[1],
          share: share.id,
          account: share.account.id,
          target: A_PAGE,
          note: 'look at this',
          senderName: 'ann Lee',
          tracking: 'full',
          channel: 'email',
          via: 'email',
          state: 'accepted',
          expiresAt: null,
          recalled: false,
        })
        expect(link?.acceptedAt).toBeTypeOf('number')
      })

      test('what has not gone out says so', async () => {
        const queued = await plantShare(store, share.account)
        const link = await store.visits.resolve(queued.codes[0]!)
        expect(link).toMatchObject({ via: null, state: 'queued', acceptedAt: null })
      })

      test('a code that was never given out gives nothing', async () => {
        expect(await store.visits.resolve('0000000zzzzzzzzzz' as Code)).toBeNull()
      })

      test('a recalled share and a recalled delivery are recalled', async () => {
        await store.deliveries.move(share.deliveries[0]!, {
          from: ['accepted'],
          to: 'recalled',
          reason: null,
          recall: true,
        })
        expect((await store.visits.resolve(share.codes[0]!))?.recalled).toBe(true)
        expect((await store.visits.resolve(share.codes[1]!))?.recalled).toBe(false)
        await store.shares.mark(share.id, 'recalled')
        expect((await store.visits.resolve(share.codes[1]!))?.recalled).toBe(true)
      })

      test('the recipient’s wish lowers the tracking, and never raises it', async () => {
        const { endpoint } = (await store.visits.resolve(share.codes[0]!))!
        await store.consent.setUntracked(endpoint, true)
        expect((await store.visits.resolve(share.codes[0]!))?.tracking).toBe('counts')
        expect((await store.visits.resolve(share.codes[1]!))?.tracking).toBe('full')
        const off = await plantShare(store, share.account, { tracking: 'off' })
        expect((await store.visits.resolve(off.codes[0]!))?.tracking).toBe('off')
      })
    })

    describe('counting', () => {
      test('nothing is counted before the fold, everything after it', async () => {
        await append([visitOf(0), visitOf(0, { at: at(5) }), visitOf(1, { class: 'preview' })])
        expect(await store.visits.counters(share.id)).toEqual([])
        const [result] = await foldAll()
        expect(result).toMatchObject({ folded: 1, more: false, takenBack: [] })
        expect(await store.visits.counters(share.id)).toEqual([
          {
            delivery: share.deliveries[0],
            counts: { human: 2, preview: 0, prefetch: 0, scanner: 0, own: 0 },
            firstOpenedAt: at(0),
            lastVisitAt: at(5),
            untracked: 0,
            doubtful: false,
          },
          {
            delivery: share.deliveries[1],
            counts: { human: 0, preview: 1, prefetch: 0, scanner: 0, own: 0 },
            firstOpenedAt: null,
            lastVisitAt: at(1),
            untracked: 0,
            doubtful: false,
          },
        ])
      })

      test('the first open is announced once, with what the announcement needs', async () => {
        await append([visitOf(0, { class: 'scanner' })])
        await append([visitOf(0, { at: at(7) }), visitOf(0, { at: at(8) })])
        await append([visitOf(0, { at: at(9) })])
        const opened = (await foldAll(1)).flatMap((result) => result.opened)
        expect(opened).toEqual([
          {
            delivery: share.deliveries[0],
            share: share.id,
            account: share.account.id,
            via: 'email',
            at: at(7),
          },
        ])
      })

      test('the share’s revision rises with its visits', async () => {
        await append([visitOf(0, { at: LONG_AGO })])
        expect(await store.shares.revise(10)).toEqual([])
        await foldAll()
        expect(await store.shares.revise(10)).toMatchObject([{ id: share.id }])
        expect(await store.shares.revise(10)).toEqual([])
      })

      test('a mail’s first open raises it only when it is no scanner’s any more', async ({
        skip,
      }) => {
        const { advance } = harness
        if (typeof advance !== 'function') return skip(advance.skip)
        const at = (Date.now() + 3_600_000) as Instant // ahead: counts from the store's own time
        await append([visitOf(0, { at }), visitOf(0, { at })])
        await foldAll()
        await append([visitOf(0, { at })])
        await foldAll()
        expect((await countersOf(share.deliveries[0]!))?.counts.human).toBe(3)
        expect(await store.shares.revise(10)).toEqual([])
        advance(8_000)
        expect(await store.shares.revise(10)).toEqual([])
        advance(4_000)
        expect(await store.shares.revise(10)).toMatchObject([{ id: share.id }])
        advance(60_000)
        expect(await store.shares.revise(10)).toEqual([])
      })

      test('other changes of the share, and a mail’s open taken back, raise it at once', async () => {
        const visit = visitOf(0, { at: (Date.now() + 3_600_000) as Instant })
        await append([visit])
        await foldAll()
        await append([visitOf(1, { class: 'preview' })])
        await foldAll()
        expect(await store.shares.revise(10)).toHaveLength(1)
        await append([], [visit])
        await foldAll()
        expect(await store.shares.revise(10)).toHaveLength(1)
      })

      test('what was opened elsewhere than in a mail raises it at once', async () => {
        const kept = await plantShare(store, share.account, { recipients: 1, via: 'outbox' })
        await store.shares.revise(10)
        await append([aVisit({ delivery: kept.deliveries[0]!, at: Date.now() as Instant })])
        await foldAll()
        expect(await store.shares.revise(10)).toMatchObject([{ id: kept.id }])
      })

      test('a batch that is stored twice counts once, before and after the fold', async () => {
        const batch = { writer: 'w', seq: 1, visits: [visitOf(0)], reclassed: [] }
        await store.visits.append([batch])
        await store.visits.append([batch])
        await foldAll()
        await store.visits.append([batch])
        await foldAll()
        expect((await countersOf(share.deliveries[0]!))?.counts.human).toBe(1)
      })

      test('writers do not disturb each other', async () => {
        await append([visitOf(0)], [], 'one')
        await store.visits.append([{ writer: 'two', seq: 1, visits: [visitOf(0)], reclassed: [] }])
        await foldAll()
        expect((await countersOf(share.deliveries[0]!))?.counts.human).toBe(2)
        expect(await store.visits.lastSeq('one')).toBe(1)
        expect(await store.visits.lastSeq('three')).toBe(0)
      })

      test('a writer’s last number is known before and after the fold', async () => {
        await append([visitOf(0)])
        await append([visitOf(0)])
        expect(await store.visits.lastSeq('w')).toBe(2)
        await foldAll()
        expect(await store.visits.lastSeq('w')).toBe(2)
      })

      test('many batches are merged in pieces, whatever comes meanwhile', async () => {
        for (let i = 0; i < 30; i++) await append([visitOf(i % 3, { at: at(i) })])
        const folding = foldAll(7)
        for (let i = 30; i < 60; i++) await append([visitOf(i % 3, { at: at(i) })])
        await folding
        await Promise.all([foldAll(), foldAll()])
        const counts = (await store.visits.counters(share.id)).map(({ counts }) => counts.human)
        expect(counts).toEqual([20, 20, 20])
      })

      test('doubtful is what has no open beyond doubt', async () => {
        await append([visitOf(0, { why: 'doubtful-soon' }), visitOf(1, { why: 'doubtful-soon' })])
        await append([visitOf(1)])
        await foldAll()
        expect((await countersOf(share.deliveries[0]!))?.doubtful).toBe(true)
        expect((await countersOf(share.deliveries[1]!))?.doubtful).toBe(false)
      })

      test('untracked visits are counted and stand nowhere else', async () => {
        const untracked = { tracked: false, visitor: '', agent: '' }
        await append([visitOf(0, untracked), visitOf(0, { ...untracked, class: 'own' })])
        const [result] = await foldAll()
        expect(result?.opened).toEqual([])
        expect(await countersOf(share.deliveries[0]!)).toMatchObject({
          counts: { human: 1, own: 1 },
          untracked: 1,
          firstOpenedAt: null,
          doubtful: false,
        })
        const page = await store.visits.ofShare(share.id, { limit: 10, cursor: null })
        expect(page.items).toEqual([])
        const stats = await store.visits.stats(share.id)
        expect(stats).toEqual({ days: [{ day: '2026-11-23', human: 1, other: 1 }], agents: [] })
      })
    })

    describe('taking back', () => {
      test('an open that was a scanner’s is no open any more', async () => {
        const first = visitOf(0)
        await append([first])
        await foldAll()
        await append([visitOf(1, { class: 'scanner', why: 'many-codes' })], [first])
        const [result] = await foldAll()
        expect(result?.takenBack).toEqual([share.deliveries[0]])
        expect(await countersOf(share.deliveries[0]!)).toMatchObject({
          counts: { human: 0, scanner: 1 },
          firstOpenedAt: null,
        })
        const { items } = await store.visits.ofShare(share.id, { limit: 10, cursor: null })
        expect(items.map((visit) => visit.class)).toEqual(['scanner', 'scanner'])
        expect(await store.visits.stats(share.id)).toEqual({
          days: [{ day: '2026-11-23', human: 0, other: 2 }],
          agents: [],
        })
      })

      test('within one fold it was never opened at all', async () => {
        const first = visitOf(0)
        await append([first], [first])
        const [result] = await foldAll()
        expect(result).toMatchObject({ opened: [], takenBack: [] })
        expect((await countersOf(share.deliveries[0]!))?.firstOpenedAt).toBeNull()
      })

      test('the next open counts as the first then', async () => {
        const first = visitOf(0)
        await append([first, visitOf(1), visitOf(0, { at: at(50), visitor: 'another' })])
        await foldAll()
        await append([], [first])
        const [result] = await foldAll()
        expect(result?.takenBack).toEqual([])
        expect(await countersOf(share.deliveries[0]!)).toMatchObject({
          counts: { human: 1, scanner: 1 },
          firstOpenedAt: at(50),
        })
      })

      test('an open that took the place of a taken one is told neither way', async () => {
        const first = visitOf(0)
        await append([first])
        await foldAll()
        await append([visitOf(0, { at: at(60) })], [first])
        expect(await foldAll()).toMatchObject([{ opened: [], takenBack: [] }])
        expect((await countersOf(share.deliveries[0]!))?.firstOpenedAt).toBe(at(60))
      })

      test('an untracked visit is taken back by its count', async () => {
        const first = visitOf(0, { tracked: false, visitor: '', agent: '' })
        await append([first], [first])
        await foldAll()
        expect(await countersOf(share.deliveries[0]!)).toMatchObject({
          counts: { human: 0, scanner: 1 },
          untracked: 0,
        })
      })
    })

    describe('lists and statistics', () => {
      test('visits are listed newest first, page by page, without gaps or repeats', async () => {
        for (let i = 0; i < 5; i++) {
          const visits = Array.from({ length: 40 }, (_, j) =>
            visitOf(j % 3, { at: at(i * 40 + j) }),
          )
          await append(visits)
          await foldAll()
        }
        const seen: number[] = []
        for (let cursor: string | null = null; ; ) {
          const page = await store.visits.ofShare(share.id, { limit: 30, cursor })
          seen.push(...page.items.map((visit) => visit.at - NOON))
          cursor = page.cursor
          if (!cursor) break
          await append([visitOf(0, { at: at(1_000 + seen.length) })])
          await foldAll()
        }
        expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => 199 - i))
      })

      test('a listed visit is what was recorded', async () => {
        const visit = visitOf(2, { why: 'slackbot', class: 'preview', agent: 'Ünï "x"' })
        await append([visit])
        await foldAll()
        const page = await store.visits.ofShare(share.id, { limit: 5, cursor: null })
        expect(page).toEqual({ items: [visit], cursor: null })
      })

      test('a forged cursor is refused', async () => {
        const page = store.visits.ofShare(share.id, { limit: 5, cursor: 'nonsense' })
        await expect(page).rejects.toMatchObject({ code: 'invalid_request' })
      })

      test('days and agents are those of the whole share', async () => {
        await append([
          visitOf(0, { at: at(-86_400_000) }),
          visitOf(1, { agent: 'Chrome, Android, mobile' }),
          visitOf(1, { agent: 'Chrome, Android, mobile' }),
          visitOf(2, { class: 'preview', agent: '' }),
        ])
        await foldAll()
        expect(await store.visits.stats(share.id)).toEqual({
          days: [
            { day: '2026-11-22', human: 1, other: 0 },
            { day: '2026-11-23', human: 2, other: 1 },
          ],
          agents: [
            { agent: 'Chrome, Android, mobile', human: 2 },
            { agent: 'Firefox, Linux, desktop', human: 1 },
          ],
        })
      })

      test('an agent named like an object’s own part is only a name', async () => {
        await append([visitOf(0, { agent: 'constructor' })])
        await foldAll()
        const { agents } = await store.visits.stats(share.id)
        expect(agents).toEqual([{ agent: 'constructor', human: 1 }])
      })

      test('a share that nobody visited has nothing', async () => {
        expect(await store.visits.counters(share.id)).toEqual([])
        expect(await store.visits.stats(share.id)).toEqual({ days: [], agents: [] })
        const page = await store.visits.ofShare(share.id, { limit: 5, cursor: null })
        expect(page).toEqual({ items: [], cursor: null })
      })

      test('a listing of shares counts the opened deliveries', async () => {
        await append([visitOf(0), visitOf(1), visitOf(2, { class: 'own' })])
        await foldAll()
        const { items } = await store.shares.page(share.account.id, { limit: 5, cursor: null })
        expect(items[0]).toMatchObject({ opened: 2, total: 3 })
      })
    })

    describe('salts', () => {
      test('a day has one salt, another day another', async () => {
        const [first, again, other] = await Promise.all([
          store.visits.salt('2026-11-23'),
          store.visits.salt('2026-11-23'),
          store.visits.salt('2026-11-24'),
        ])
        expect(again).toEqual(first)
        expect(other).not.toEqual(first)
        expect(first.length).toBeGreaterThanOrEqual(16)
      })

      test('a salt is deleted after 48 hours', async ({ skip }) => {
        const { advance } = harness
        if (typeof advance !== 'function') return skip(advance.skip)
        const first = await store.visits.salt('2026-11-23')
        advance(47 * 3_600_000)
        await store.visits.purge()
        expect(await store.visits.salt('2026-11-23')).toEqual(first)
        advance(2 * 3_600_000)
        await store.visits.purge()
        expect(await store.visits.salt('2026-11-23')).not.toEqual(first)
      })
    })

    describe('after a restart', () => {
      test('what was stored is merged, once, and numbers go on', async ({ skip }) => {
        const { reopen } = harness
        if (typeof reopen !== 'function') return skip(reopen.skip)
        await append([visitOf(0)])
        await foldAll()
        await append([visitOf(0, { at: at(9) })])
        store = await reopen(store)
        expect(await store.visits.lastSeq('w')).toBe(2)
        await store.visits.append([{ writer: 'w', seq: 1, visits: [visitOf(0)], reclassed: [] }])
        await store.visits.append([{ writer: 'w', seq: 2, visits: [visitOf(0)], reclassed: [] }])
        await append([visitOf(0, { at: at(11) })])
        await foldAll()
        store = await reopen(store)
        await foldAll()
        expect(await countersOf(share.deliveries[0]!)).toMatchObject({
          counts: { human: 3 },
          lastVisitAt: at(11),
        })
        const page = await store.visits.ofShare(share.id, { limit: 10, cursor: null })
        expect(page.items.map((visit) => visit.at - NOON)).toEqual([11, 9, 0])
      })
    })
  })
}
