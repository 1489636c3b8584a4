import { refusal } from '#core/refusal.ts'
import {
  ARCHIVE_KINDS,
  type Archive,
  type ArchiveKind,
  type ArchiveTarget,
  type MoveState,
} from '#ports/store/archive.ts'
import { createDigest, type Digest, sameDigest } from './digest.ts'

export type MovePhase = 'copying' | 'checking'

export interface MoveDeps {
  readonly source: Archive
  readonly target: ArchiveTarget
  /** Names the source: the same each time, and that of no other. */
  readonly sourceName: string
  /** Records of the phase; throwing ends the move, which can be taken up again. */
  onProgress(phase: MovePhase, done: number, total: number): void
}

/** What was moved, by kind. */
export type Moved = Readonly<Record<ArchiveKind, Digest>>

/**
 * Copies everything, then reads both stores from end to end and compares. Killed at any point it is taken up
 * again where it stood. Where the source changed between two tries, what was copied before is copied anew, once.
 * Throws `conflict` where the target holds other data, `unavailable` where the two still differ.
 */
export async function move(deps: MoveDeps): Promise<Moved> {
  const { target } = deps
  const state = await target.begin(deps.sourceName)
  const total = await countAll(deps.source)
  await copy(deps, state, total)
  let { moved, differing } = await compare(deps, total)
  if (differing.length > 0) {
    await target.clear()
    await copy(deps, NOTHING_COPIED, total)
    ;({ moved, differing } = await compare(deps, total))
  }
  if (differing.length > 0) {
    throw refusal('unavailable', 'move.cannot.differs', { values: { kinds: differing.join(', ') } })
  }
  await target.finish()
  return moved
}

const NOTHING_COPIED: MoveState = { position: () => null }

async function countAll(source: Archive): Promise<number> {
  const counts = await Promise.all(ARCHIVE_KINDS.map((kind) => source.count(kind)))
  return counts.reduce((sum, count) => sum + count, 0)
}

async function copy({ source, target, onProgress }: MoveDeps, state: MoveState, total: number) {
  let done = 0
  for (const kind of ARCHIVE_KINDS) {
    let copied = 0
    for await (const page of source.read(kind, state.position(kind))) {
      await target.write(kind, page)
      copied += page.records.length
      onProgress('copying', done + copied, total)
    }
    done += state.position(kind) === null ? copied : await source.count(kind)
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
      digestOf(target, kind, onPage),
      digestOf(source, kind, onPage),
    ])
    if (!sameDigest(here, there)) differing.push(kind)
    moved[kind] = there
  }
  return { moved: moved as Moved, differing }
}

async function digestOf(
  archive: Archive,
  kind: ArchiveKind,
  onPage: (records: number) => void,
): Promise<Digest> {
  const digest = createDigest()
  for await (const { records } of archive.read(kind, null)) {
    for (const record of records) digest.add(record)
    onPage(records.length)
  }
  return digest.value()
}
