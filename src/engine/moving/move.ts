import { refusal } from '#core/refusal.ts'
import {
  ARCHIVE_KINDS,
  type ArchiveKind,
  type ArchivePage,
  type ArchiveRecords,
  type ArchiveSource,
  type ArchiveTarget,
  type MovePositions,
} from '#ports/store/archive.ts'
import { createDigest, type Digest, sameDigest } from './digest.ts'

export type MovePhase = 'copying' | 'checking'

export interface MoveDeps {
  readonly source: ArchiveSource
  readonly target: ArchiveTarget
  /** Names the source: the same each time, and that of no other. */
  readonly sourceName: string
  /** A try before came to `onFinishing`, and may have finished. */
  readonly wasEnding: boolean
  /** Records of the phase; throwing ends the move, which can be taken up again. */
  onProgress(phase: MovePhase, done: number, total: number): void
  /** All of it is there. From here the target may be worked on, so that nobody may work on the source. */
  onFinishing(): void
}

/** What was moved, by kind. */
export type Moved = Readonly<Record<ArchiveKind, Digest>>

/**
 * Copies everything, then reads both stores from end to end and compares. Killed at any point it is taken up
 * again where it stood. Where the source changed between two tries, what was copied before is copied anew, once.
 * Null: it was finished before. Throws `conflict` where the target holds other data, `unavailable` where the two
 * still differ.
 */
export async function move(deps: MoveDeps): Promise<Moved | null> {
  const { target } = deps
  const positions = await target.begin(deps.sourceName)
  if (positions === 'finished') return finishedBefore(deps)
  const total = await countAll(deps.source)
  await copy(deps, positions, total)
  let { moved, differing } = await compare(deps, total)
  if (differing.length > 0) {
    await target.clear()
    await copy(deps, NOTHING_COPIED, total)
    ;({ moved, differing } = await compare(deps, total))
  }
  if (differing.length > 0) {
    throw refusal('unavailable', 'move.cannot.differs', { values: { kinds: differing.join(', ') } })
  }
  deps.onFinishing()
  await target.finish()
  return moved
}

/** A copy of the source bears its name: what it brought there is not what stands here now. */
function finishedBefore({ target, wasEnding }: MoveDeps): null {
  if (wasEnding) return null
  throw refusal('conflict', 'move.cannot.holdsData', { values: { place: target.place } })
}

const NOTHING_COPIED: MovePositions = () => null

async function countAll(source: ArchiveSource): Promise<number> {
  const counts = await Promise.all(ARCHIVE_KINDS.map((kind) => source.count(kind)))
  return counts.reduce((sum, count) => sum + count, 0)
}

async function copy(
  { source, target, onProgress }: MoveDeps,
  positions: MovePositions,
  total: number,
): Promise<void> {
  let done = 0
  for (const kind of ARCHIVE_KINDS) {
    const from = positions(kind)
    let copied = 0
    for await (const page of source.read(kind, from)) {
      await target.write(kind, page)
      copied += page.records.length
      onProgress('copying', done + copied, total)
    }
    done += from === null ? copied : await source.count(kind)
  }
}

/** Reads both from end to end; the kinds in which they differ. */
async function compare(
  { source, target, onProgress }: MoveDeps,
  total: number,
): Promise<{ moved: Moved; differing: readonly ArchiveKind[] }> {
  const moved: Partial<Record<ArchiveKind, Digest>> = {}
  const differing: ArchiveKind[] = []
  let done = 0
  const onPage = (records: number): void => {
    done += records
    onProgress('checking', done, 2 * total)
  }
  for (const kind of ARCHIVE_KINDS) {
    const [there, here] = await Promise.all([
      digestOf(target.read(kind), onPage),
      digestOf(recordsOf(source.read(kind, null)), onPage),
    ])
    if (!sameDigest(here, there)) differing.push(kind)
    moved[kind] = there
  }
  return { moved: moved as Moved, differing }
}

async function* recordsOf<K extends ArchiveKind>(
  pages: AsyncIterable<ArchivePage<K>>,
): AsyncGenerator<readonly ArchiveRecords[K][]> {
  for await (const { records } of pages) yield records
}

async function digestOf(
  pages: AsyncIterable<readonly unknown[]>,
  onPage: (records: number) => void,
): Promise<Digest> {
  const digest = createDigest()
  for await (const records of pages) {
    for (const record of records) digest.add(record)
    onPage(records.length)
  }
  return digest.value()
}
