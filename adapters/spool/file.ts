import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomText } from '#core/ids.ts'
import type { Logger } from '#ports/logger.ts'
import type { Spool } from '#ports/spool.ts'
import type { VisitBatch } from '#ports/store/visits.ts'
import { firstGroup } from './group.ts'
import { decodeRecords, encodeRecord } from './record.ts'

const SEGMENT = /^(\d{8})\.log$/
const WRITER = /^[0-9A-Za-z]{12}$/
/** A segment is closed at this size, so that draining frees space as it goes and reads little at once. */
const SEGMENT_BYTES = 4 * 1024 * 1024
/** Some five million visits. Beyond it batches are refused: a disk that is full harms more than visits. */
const MAX_BYTES = 1024 * 1024 * 1024

interface Segment {
  readonly path: string
  /** Batches in it that were not drained yet. */
  waiting: number
  bytes: number
}

export interface FileSpoolConfig {
  readonly dir: string
  /** What its files may take up together, about. */
  readonly maxBytes?: number
}

/**
 * A spool of append-only files in a folder of its own. A batch is handed to the operating system before `append`
 * resolves: it outlives the process, kill -9 included, as does what the visits' own SQLite connection commits
 * (`synchronous=NORMAL`). A power cut may take the last moments of either.
 */
export async function openFileSpool(
  { dir, maxBytes = MAX_BYTES }: FileSpoolConfig,
  deps: { readonly logger: Logger },
): Promise<Spool> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const writer = await readWriter(join(dir, 'writer'))
  const names = (await readdir(dir)).filter((name) => SEGMENT.test(name)).sort()
  const segments: Segment[] = []
  let lastSeq = 0
  for (const name of names) {
    const text = await readFile(join(dir, name), 'utf8')
    const { batches, torn } = decodeRecords(text)
    if (torn > 0) deps.logger.warn({ segment: name, torn }, 'a cut record of the spool is left out')
    if (batches.length === 0) await rm(join(dir, name), { force: true })
    else segments.push({ path: join(dir, name), waiting: batches.length, bytes: text.length })
    for (const batch of batches) {
      if (batch.writer === writer) lastSeq = Math.max(lastSeq, batch.seq)
    }
  }

  let nextNumber = Number(names.at(-1)?.slice(0, 8) ?? 0) + 1
  let current: { handle: FileHandle; segment: Segment } | undefined
  let lastWrite: Promise<unknown> = Promise.resolve()

  async function begin(): Promise<NonNullable<typeof current>> {
    if (current && current.segment.bytes < SEGMENT_BYTES) return current
    await end()
    const path = join(dir, `${String(nextNumber++).padStart(8, '0')}.log`)
    const segment = { path, waiting: 0, bytes: 0 }
    current = { handle: await open(path, 'a', 0o600), segment }
    segments.push(segment)
    return current
  }

  async function end(): Promise<void> {
    const ending = current
    current = undefined
    await ending?.handle.close()
  }

  async function write(batch: VisitBatch): Promise<void> {
    if (segments.reduce((sum, { bytes }) => sum + bytes, 0) >= maxBytes) {
      throw new Error(`the spool is full: it holds ${maxBytes} bytes`)
    }
    const line = Buffer.from(encodeRecord(batch))
    const file = await begin()
    try {
      // Into the system's memory: shorter than the way to another thread and back.
      if (writeSync(file.handle.fd, line) < line.length)
        throw new Error('the spool took only a part of a batch')
      file.segment.bytes += line.length
      file.segment.waiting++
    } catch (error) {
      await cutBack(file)
      throw error
    }
  }

  /** Nothing may follow a record that was cut; and a full disk gets no file for each that it does not take. */
  async function cutBack({ handle, segment }: NonNullable<typeof current>): Promise<void> {
    try {
      await handle.truncate(segment.bytes)
    } catch {
      await end().catch(() => undefined)
    }
  }

  /** Writes, ends and removals go one after the other. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = lastWrite.then(work)
    lastWrite = turn.catch(() => undefined)
    return turn
  }

  async function drainSegment(
    segment: Segment,
    apply: (batches: readonly VisitBatch[]) => Promise<void>,
  ): Promise<void> {
    await inTurn(async () => {
      if (current?.segment === segment) await end()
    })
    const { batches } = decodeRecords(await readFile(segment.path, 'utf8'))
    const lost = segment.waiting - batches.length
    if (lost > 0) {
      deps.logger.error(
        { segment: segment.path, batches: lost },
        'the spool lost visits: a file was changed',
      )
      segment.waiting = batches.length
    }
    while (segment.waiting > 0) {
      const group = firstGroup(batches.slice(batches.length - segment.waiting))
      await apply(group)
      segment.waiting -= group.length
    }
    await rm(segment.path, { force: true })
    segments.shift()
  }

  return {
    writer,
    lastSeq,
    get size() {
      return segments.reduce((sum, { waiting }) => sum + waiting, 0)
    },
    append: (batch) => inTurn(() => write(batch)),
    async drain(apply) {
      for (let segment = segments[0]; segment; segment = segments[0]) {
        await drainSegment(segment, apply)
      }
    },
    close: () => inTurn(end),
  }
}

async function readWriter(path: string): Promise<string> {
  const known = await readFile(path, 'utf8').catch(() => '')
  if (WRITER.test(known)) return known
  const writer = randomText(12, randomBytes)
  await writeFile(path, writer, { mode: 0o600 })
  return writer
}
