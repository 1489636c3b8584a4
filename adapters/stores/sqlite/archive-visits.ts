import type { ShareId } from '#core/ids.ts'
import {
  type ArchivedStatistics,
  type ArchivedVisits,
  type ArchivePage,
  type ArchivePosition,
  VISITS_PER_PART,
} from '#ports/store/archive.ts'
import type { Visit } from '#ports/store/visits.ts'
import { decodePage } from '../visit-codec.ts'
import type { StatTally } from '../visit-tally.ts'
import { positionOf, positionText } from './archive-position.ts'
import type { Database } from './database.ts'

const SHARES = 100
const PAGES = 100

/** What is listed of shares, in parts of one size; here pages are as large as the merge that made them. */
export interface VisitReadings {
  statistics(after: ArchivePosition | null): AsyncGenerator<ArchivePage<'statistics'>>
  listed(after: ArchivePosition | null): AsyncGenerator<ArchivePage<'listed'>>
  count(kind: 'statistics' | 'listed'): number
}

export function createVisitReadings(db: Database): VisitReadings {
  const shares = db.prepare(
    `SELECT share, stats FROM visit_share WHERE share > ? ORDER BY share LIMIT ${SHARES}`,
  )
  const pages = db.prepare(
    `SELECT id, visits FROM visit_page WHERE share = ? AND id > ? ORDER BY id LIMIT ${PAGES}`,
  )
  const lengthOf = 'sum(json_array_length(visits))'
  const counts = {
    statistics: db.prepare('SELECT count(*) AS n FROM visit_share'),
    listed: db.prepare(`
      SELECT coalesce(sum(visits / ${VISITS_PER_PART}), 0) AS n
      FROM (SELECT ${lengthOf} AS visits FROM visit_page GROUP BY share)`),
  }

  async function* sharesAfter(last: string): AsyncGenerator<readonly ShareRow[]> {
    for (let after = last; ; ) {
      const rows = await db.read(() => shares.all(after) as unknown as ShareRow[])
      const end = rows.at(-1)
      if (!end) return
      yield rows
      after = end.share
    }
  }

  /** A share's visits in parts; the last one may not be full, or empty. */
  async function* partsOf(share: ShareId): AsyncGenerator<readonly Visit[]> {
    let rest: Visit[] = []
    for (let after = 0; ; ) {
      const from = after
      const rows = await db.read(() => pages.all(share, from))
      for (const { visits } of rows) rest.push(...decodePage(share, visits as string))
      for (; rest.length >= VISITS_PER_PART; rest = rest.slice(VISITS_PER_PART)) {
        yield rest.slice(0, VISITS_PER_PART)
      }
      if (rows.length < PAGES) break
      after = rows.at(-1)?.id as number
    }
    yield rest
  }

  async function statisticsOf({ share, stats }: ShareRow): Promise<ArchivedStatistics> {
    let listed = 0
    let head: readonly Visit[] = []
    for await (const part of partsOf(share)) {
      listed += part.length
      head = part
    }
    const { days, agents } = JSON.parse(stats) as StatTally
    return { share, days, agents, listed, head }
  }

  async function* fullParts(share: ShareId, from: number): AsyncGenerator<ArchivedVisits> {
    let part = 0
    for await (const visits of partsOf(share)) {
      if (part >= from && visits.length === VISITS_PER_PART) yield { share, part, visits }
      part++
    }
  }

  async function* partsAfter(after: ArchivePosition | null): AsyncGenerator<ArchivedVisits> {
    const [last, part] = (positionOf(after) ?? []) as readonly [ShareId?, number?]
    if (last !== undefined && part !== undefined) yield* fullParts(last, part + 1)
    for await (const rows of sharesAfter(last ?? '')) {
      for (const { share } of rows) yield* fullParts(share, 0)
    }
  }

  return {
    async *statistics(after) {
      const [last = ''] = positionOf(after) ?? []
      for await (const rows of sharesAfter(String(last))) {
        const records: ArchivedStatistics[] = []
        for (const row of rows) records.push(await statisticsOf(row))
        yield { records, position: positionText([rows.at(-1)?.share ?? '']) }
      }
    },
    async *listed(after) {
      let records: ArchivedVisits[] = []
      for await (const part of partsAfter(after)) {
        records.push(part)
        if (records.length < PAGES) continue
        yield pageOf(records)
        records = []
      }
      if (records.length > 0) yield pageOf(records)
    },
    count: (kind) => Number(counts[kind].get()?.n),
  }
}

function pageOf(records: readonly ArchivedVisits[]): ArchivePage<'listed'> {
  const { share = '', part = 0 } = records.at(-1) ?? {}
  return { records, position: positionText([share, part]) }
}

interface ShareRow {
  readonly share: ShareId
  readonly stats: string
}
