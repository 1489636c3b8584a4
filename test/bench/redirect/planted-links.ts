import { randomBytes } from 'node:crypto'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import type { ShareId } from '#core/ids.ts'
import type { Store } from '#ports/store/store.ts'
import { plantAccount, plantShare } from '#test/fixtures/planted-share.ts'

export interface PlantedLinks {
  readonly shares: readonly ShareId[]
  readonly paths: readonly string[]
  readonly target: string
}

export const openStore = (dataDir: string): Store =>
  createSqliteStore({ dataDir }, { clock: createSystemClock(), randomBytes })

/** Shares that went out to the outbox, on a data folder that no server uses yet. */
export async function plantLinks(
  dataDir: string,
  shares: number,
  recipients: number,
): Promise<PlantedLinks> {
  const store = openStore(dataDir)
  const links = await plantLinksIn(store, shares, recipients)
  await store.close()
  return links
}

/** The same in any store. */
export async function plantLinksIn(
  store: Store,
  shares: number,
  recipients: number,
): Promise<PlantedLinks> {
  const account = await plantAccount(store, 'links')
  const url = 'https://example.org/articles/a-page-that-is-worth-reading?from=a-friend'
  const target = { kind: 'page', url, title: 'A page' } as const
  const planted = []
  for (let i = 0; i < shares; i++) {
    planted.push(await plantShare(store, account, { recipients, via: 'outbox', target }))
  }
  const paths = planted.flatMap(({ codes }) => codes.map((code) => `/r/${code}`))
  return { shares: planted.map(({ id }) => id), paths, target: url }
}

export interface StoredVisits {
  /** Sum of the counters. */
  readonly counted: number
  /** Visits in the lists. */
  readonly listed: number
  /** Visits in the statistics. */
  readonly inStats: number
}

/** What a data folder that no server uses holds of these shares' visits once everything is merged. */
export async function storedVisits(
  dataDir: string,
  shares: readonly ShareId[],
): Promise<StoredVisits> {
  const store = openStore(dataDir)
  while ((await store.visits.fold(1_000)).more) {
    // All of it.
  }
  const sums = await mergedVisits(store, shares)
  await store.close()
  return sums
}

/** What is merged by now. */
export async function mergedVisits(
  store: Store,
  shares: readonly ShareId[],
): Promise<StoredVisits> {
  const sums = { counted: await countedVisits(store, shares), listed: 0, inStats: 0 }
  for (const share of shares) {
    for (const { human, other } of (await store.visits.stats(share)).days) {
      sums.inStats += human + other
    }
    sums.listed += await listedVisits(store, share)
  }
  return sums
}

/** Sum of the counters by now. */
export async function countedVisits(store: Store, shares: readonly ShareId[]): Promise<number> {
  let counted = 0
  for (const share of shares) {
    for (const { counts } of await store.visits.counters(share)) {
      counted += Object.values(counts).reduce((sum, count) => sum + count, 0)
    }
  }
  return counted
}

async function listedVisits(store: Store, share: ShareId): Promise<number> {
  let listed = 0
  for (let cursor: string | null = null; ; ) {
    const page = await store.visits.ofShare(share, { limit: 10_000, cursor })
    listed += page.items.length
    cursor = page.cursor
    if (cursor === null) return listed
  }
}
