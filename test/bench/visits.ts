/** What a sender looks at, on a share that was visited a million times: all of it must come at once. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deliveryId, type Instant, type ShareId } from '#core/ids.ts'
import type { VisitClass } from '#core/visit.ts'
import type { Store } from '#ports/store/store.ts'
import type { Visit } from '#ports/store/visits.ts'
import { plantAccount, plantShare } from '#test/fixtures/planted-share.ts'
import { type Bench, type BenchResult, median } from './bench.ts'
import { openStore } from './redirect/planted-links.ts'

const RECIPIENTS = 1_000
const DAYS = 90
const BATCH = 250
const AGENTS = ['Chrome, Windows, desktop', 'Safari, iOS, mobile', 'WeChat, Android, mobile']
const CLASSES: readonly VisitClass[] = ['human', 'human', 'human', 'preview', 'scanner']
const LOOKS = 21

export const run: Bench = async ({ quick }) => {
  const folder = mkdtempSync(join(tmpdir(), 'passalong-visits-'))
  const store = openStore(folder)
  try {
    return await measure(store, quick ? 100_000 : 1_000_000)
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(store: Store, visits: number): Promise<BenchResult[]> {
  const share = await plantShare(store, await plantAccount(store), { recipients: RECIPIENTS })
  const foldMs = await fill(store, share.id, visits)
  const { visits: read } = store
  const looks = {
    'its counters': () => read.counters(share.id),
    'its chart': () => read.stats(share.id),
    'its newest 50 visits': () => read.ofShare(share.id, { limit: 50, cursor: null }),
  }
  const named = `a share with ${visits.toLocaleString('en')} visits`
  const results: BenchResult[] = []
  for (const [name, look] of Object.entries(looks)) {
    const value = await time(look)
    results.push({ name: `${named}: ${name}`, value, unit: 'ms' })
  }
  const all = await time(() => Promise.all(Object.values(looks).map((look) => look())))
  return [
    ...results,
    {
      name: `${named}: all three`,
      value: all,
      unit: 'ms',
      goal: { says: 'under 20 ms', met: all < 20 },
    },
    { name: 'merging visits into counters, lists and statistics', value: foldMs, unit: 'µs each' },
  ]
}

/** Through the log, as they would come. Microseconds a visit that the merging took. */
async function fill(store: Store, share: ShareId, visits: number): Promise<number> {
  const begun = Date.now() - DAYS * 86_400_000
  let folding = 0
  for (let seq = 1; seq * BATCH <= visits; seq++) {
    const batch = Array.from({ length: BATCH }, (_, i) =>
      madeVisit(share, begun, seq * BATCH + i, visits),
    )
    await store.visits.append([{ writer: 'bench', seq, visits: batch, reclassed: [] }])
    if (seq % 40 !== 0 && (seq + 1) * BATCH <= visits) continue
    const at = performance.now()
    while ((await store.visits.fold(1_000)).more) {
      // All of it.
    }
    folding += performance.now() - at
  }
  return (folding * 1_000) / visits
}

function madeVisit(share: ShareId, begun: number, i: number, visits: number): Visit {
  return {
    delivery: deliveryId(share, (i * 7_919) % RECIPIENTS),
    at: Math.floor(begun + (i / visits) * DAYS * 86_400_000) as Instant,
    class: CLASSES[i % CLASSES.length] as VisitClass,
    why: 'browser',
    visitor: `v${(i * 31) % 100_003}`.padEnd(11, 'x'),
    agent: AGENTS[i % AGENTS.length] as string,
    tracked: true,
  }
}

async function time(look: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < LOOKS; i++) {
    const begun = performance.now()
    await look()
    times.push(performance.now() - begun)
  }
  return median(times)
}
