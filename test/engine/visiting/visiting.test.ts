import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFileSpool } from '#adapters/spool/file.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import type { Account } from '#core/account.ts'
import type { Code } from '#core/ids.ts'
import type { VisitRequest } from '#engine/engine.ts'
import { createKeys } from '#engine/keys.ts'
import { createVisiting, type VisitingService } from '#engine/visiting/visiting.ts'
import type { Spool } from '#ports/spool.ts'
import type { Store } from '#ports/store/store.ts'
import { createMovableClock, until } from '#test/fixtures/engine.ts'
import { type FaultyVisits, faultyVisits } from '#test/fixtures/faulty-visits.ts'
import {
  type Planted,
  type PlantOptions,
  plantAccount,
  plantShare,
} from '#test/fixtures/planted-share.ts'
import { noMetrics, quiet } from '#test/fixtures/quiet.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'

let dir: string
let store: Store
let ann: Account
let faulty: FaultyVisits
let spool: Spool
let visiting: VisitingService
let time: ReturnType<typeof createMovableClock>

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'visiting-'))
  time = createMovableClock()
  store = createMemoryStore({}, { clock: time.clock, randomBytes })
  ann = await plantAccount(store)
  faulty = faultyVisits(store.visits)
  await start()
})
afterEach(async () => {
  faulty.thaw()
  await visiting.stop()
  await spool.close()
  rmSync(dir, { recursive: true, force: true })
})

async function start(): Promise<void> {
  spool = await openFileSpool({ dir: join(dir, 'spool') }, { logger: quiet })
  visiting = createVisiting({
    visits: faulty.visits,
    spool,
    clock: time.clock,
    keys: createKeys('a secret for tests that is long enough'),
    logger: quiet,
    metrics: noMetrics,
    randomBytes,
    tracking: 'full',
    resolve: (code) => faulty.visits.resolve(code),
    viaOf: (channel) => channel,
  })
  await visiting.start()
}

const plant = (options: PlantOptions = {}): Promise<Planted> =>
  plantShare(store, ann, { via: 'outbox', ...options })

const ask = (code: Code | undefined, change: Partial<VisitRequest> = {}): VisitRequest => ({
  code: code ?? '',
  method: 'GET',
  ip: '198.51.100.7',
  headers: { 'user-agent': FIREFOX, 'accept-language': 'en' },
  viewer: null,
  ...change,
})

async function humans(share: Planted): Promise<number> {
  await visiting.fold()
  const counters = await store.visits.counters(share.id)
  return counters.reduce((sum, { counts }) => sum + counts.human, 0)
}

describe('answering', () => {
  test('quickly once the code is known here, to a page alone', async () => {
    const share = await plant()
    expect(visiting.quick(ask(share.codes[0]))).toBeUndefined()
    await visiting.visit(ask(share.codes[0]))
    expect(await visiting.quick(ask(share.codes[0]))).toBe('https://example.org/a?b=1')
    const film = {
      kind: 'media',
      url: 'https://example.org/a.mp4',
      title: '',
      media: 'video',
    } as const
    const media = await plant({ target: film })
    await visiting.visit(ask(media.codes[0]))
    expect(visiting.quick(ask(media.codes[0]))).toBeUndefined()
  })

  test('when the visit is durable, and not before', async () => {
    const share = await plant()
    await visiting.visit(ask(share.codes[0]))
    faulty.fault = 'hangs'
    let answered = false
    const answer = visiting.quick(ask(share.codes[0]))?.then(() => {
      answered = true
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(answered).toBe(false)
    faulty.thaw()
    await answer
    expect(spool.size).toBe(0)
    expect(await humans(share)).toBe(2)
  })

  test('what is no code asks nobody', async () => {
    faulty.fault = 'down'
    expect(await visiting.visit(ask('../../etc' as Code))).toEqual({ kind: 'unknown' })
  })

  test('another process’s recall is seen within five seconds', async () => {
    const share = await plant()
    await visiting.visit(ask(share.codes[0]))
    await store.shares.mark(share.id, 'recalled')
    expect(visiting.quick(ask(share.codes[0]))).toBeDefined()
    time.advance(4_500)
    expect(visiting.quick(ask(share.codes[0]))).toBeUndefined()
    expect(await visiting.visit(ask(share.codes[0]))).toEqual({ kind: 'gone', why: 'recalled' })
  })

  test('a recall here is seen at once, even by a lookup that had begun before', async () => {
    const share = await plant()
    faulty.fault = 'hangs'
    const asked = visiting.visit(ask(share.codes[0]))
    await store.shares.mark(share.id, 'recalled')
    visiting.invalidate({ share: share.id })
    faulty.thaw()
    await asked
    expect(await visiting.visit(ask(share.codes[0]))).toEqual({ kind: 'gone', why: 'recalled' })
  })

  test('a code that comes to exist is found within a second of having been unknown', async () => {
    const code = '0000000zzzzzzzzzz' as Code
    expect(await visiting.visit(ask(code))).toEqual({ kind: 'unknown' })
    faulty.fault = 'down'
    expect(await visiting.visit(ask(code))).toEqual({ kind: 'unknown' })
    time.advance(1_100)
    await expect(visiting.visit(ask(code))).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('with the store down', () => {
  test('known codes still redirect, and every visit is counted once when it is back', async () => {
    const share = await plant()
    await visiting.visit(ask(share.codes[0]))
    faulty.fault = 'down'
    time.advance(60_000)
    for (let i = 0; i < 10; i++) {
      expect(await visiting.visit(ask(share.codes[0]))).toMatchObject({ kind: 'redirect' })
    }
    expect(spool.size).toBeGreaterThan(0)
    faulty.fault = 'none'
    time.advance(2_000)
    await until(async () => (spool.size === 0 ? true : undefined))
    expect(await humans(share)).toBe(11)
    expect(visiting.unrecorded()).toBe(0)
  })

  test('a store that hangs delays nobody for long, and what it took late counts once', async () => {
    const share = await plant()
    await visiting.visit(ask(share.codes[0]))
    faulty.fault = 'hangs'
    const begun = performance.now()
    await visiting.quick(ask(share.codes[0]))
    expect(performance.now() - begun).toBeLessThan(5_000)
    await visiting.quick(ask(share.codes[0]))
    faulty.thaw()
    time.advance(2_000)
    await until(async () => (spool.size === 0 ? true : undefined))
    expect(await humans(share)).toBe(3)
  })

  test('what is new goes behind what waits, so that the order holds', async () => {
    const share = await plant()
    await visiting.visit(ask(share.codes[0]))
    faulty.fault = 'down'
    await visiting.quick(ask(share.codes[0]))
    faulty.fault = 'none'
    await visiting.quick(ask(share.codes[0]))
    expect(spool.size).toBe(2)
    time.advance(2_000)
    await until(async () => (spool.size === 0 ? true : undefined))
    expect(await humans(share)).toBe(3)
  })

  test('with the spool gone too, visitors are answered and the loss is counted', async () => {
    const share = await plant()
    await visiting.visit(ask(share.codes[0]))
    faulty.fault = 'down'
    await rm(join(dir, 'spool'), { recursive: true })
    expect(await visiting.quick(ask(share.codes[0]))).toBe('https://example.org/a?b=1')
    expect(visiting.unrecorded()).toBe(1)
  })

  test('what was spooled before a restart is counted after it, and numbers go on', async () => {
    const share = await plant()
    await visiting.visit(ask(share.codes[0]))
    faulty.fault = 'down'
    await visiting.quick(ask(share.codes[0]))
    await visiting.stop()
    await spool.close()
    faulty.fault = 'none'
    await start()
    await visiting.visit(ask(share.codes[0]))
    await until(async () => (spool.size === 0 ? true : undefined))
    expect(await humans(share)).toBe(3)
  })
})

describe('recording', () => {
  test('visits of one turn of the event loop are one batch', async () => {
    const share = await plant()
    await visiting.visit(ask(share.codes[0]))
    const before = await store.visits.lastSeq(spool.writer)
    await Promise.all(Array.from({ length: 50 }, () => visiting.quick(ask(share.codes[0]))))
    expect(await store.visits.lastSeq(spool.writer)).toBe(before + 1)
    expect(await humans(share)).toBe(51)
  })

  test('a stop waits for visits that are under way', async () => {
    const share = await plant()
    await visiting.visit(ask(share.codes[0]))
    const answers = Array.from({ length: 20 }, () => visiting.quick(ask(share.codes[0])))
    await visiting.stop()
    await Promise.all(answers)
    expect(await humans(share)).toBe(21)
  })

  test('visitors are told apart within a day, by nothing that names them', async () => {
    const share = await plant()
    const from = (ip: string) => visiting.visit(ask(share.codes[0], { ip }))
    await from('198.51.100.1')
    await from('198.51.100.2')
    await from('198.51.100.1')
    time.advance(86_400_000)
    await from('198.51.100.1')
    await visiting.fold()
    const page = await store.visits.ofShare(share.id, { limit: 9, cursor: null })
    const [next, third, second, first] = page.items.map(({ visitor }) => visitor)
    expect(first).toBe(third)
    expect(new Set([first, second, next]).size).toBe(3)
    expect(JSON.stringify(page)).not.toMatch(/198\.51|Mozilla|Gecko/)
  })

  test('visits around midnight are all recorded', async () => {
    const share = await plant()
    const toMidnight = 86_400_000 - (time.clock.now() % 86_400_000)
    time.advance(toMidnight - 5)
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        if (i === 20) time.advance(10)
        await visiting.visit(ask(share.codes[0]))
      }),
    )
    expect(await humans(share)).toBe(40)
  })

  test('without a salt from the store one of this process serves', async () => {
    const share = await plant()
    await visiting.visit(ask(share.codes[0]))
    faulty.fault = 'down'
    time.advance(86_400_000)
    expect(await visiting.visit(ask(share.codes[0]))).toMatchObject({ kind: 'redirect' })
    expect(visiting.unrecorded()).toBe(0)
  })
})

describe('mail', () => {
  test('opened within ten seconds of its acceptance is scanned, later it is read', async () => {
    const share = await plant({ via: 'email' })
    await visiting.visit(ask(share.codes[0]))
    expect(await humans(share)).toBe(0)
    time.advance(31_000)
    await visiting.visit(ask(share.codes[0]))
    expect(await humans(share)).toBe(1)
    expect((await store.visits.counters(share.id))[0]).toMatchObject({
      counts: { scanner: 1, human: 1 },
      doubtful: false,
    })
  })

  test('that is only kept in the outbox is never scanned', async () => {
    const share = await plant({ via: 'outbox' })
    await visiting.visit(ask(share.codes[0]))
    expect(await humans(share)).toBe(1)
  })

  test('one client on three codes is a scanner, and its earlier opens are taken back', async () => {
    const share = await plant({ via: 'email', recipients: 4 })
    time.advance(60_000)
    await visiting.visit(ask(share.codes[0]))
    await visiting.visit(ask(share.codes[1]))
    expect(await humans(share)).toBe(2)
    await visiting.visit(ask(share.codes[2]))
    await visiting.visit(ask(share.codes[3]))
    expect(await humans(share)).toBe(0)
    for (const counters of await store.visits.counters(share.id)) {
      expect(counters).toMatchObject({ counts: { scanner: 1 }, firstOpenedAt: null })
    }
  })

  test('one client on three codes over a longer time is a person with three mails', async () => {
    const share = await plant({ via: 'email', recipients: 3 })
    time.advance(60_000)
    for (const code of share.codes) {
      await visiting.visit(ask(code))
      time.advance(11_000)
    }
    expect(await humans(share)).toBe(3)
  })

  test('first opens are announced at once, mail’s later', async () => {
    const told: string[] = []
    visiting.onOpened(({ delivery }) => told.push(delivery))
    const kept = await plant({ via: 'outbox' })
    const mail = await plant({ via: 'email' })
    time.advance(60_000)
    await visiting.visit(ask(kept.codes[0]))
    await visiting.visit(ask(mail.codes[0]))
    await visiting.fold()
    expect(told).toEqual([kept.deliveries[0]])
  })
})
