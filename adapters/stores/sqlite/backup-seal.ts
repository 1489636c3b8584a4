import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { appendFile, type FileHandle, open, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { PassalongError } from '#core/errors.ts'
import { refusal } from '#core/refusal.ts'

/** The last line of a backup. SQLite overlooks what follows its last page, so that the file opens as it is. */
const SEAL = /^\npassalong-backup sha256 ([0-9a-f]{64})\n$/
const SEAL_BYTES = sealOf('0'.repeat(64)).length

function sealOf(digest: string): string {
  return `\npassalong-backup sha256 ${digest}\n`
}

/** Ends the file with a line that holds the checksum of all before it, synced to the disk. */
export async function seal(file: string): Promise<void> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  await appendFile(file, sealOf(hash.digest('hex')), { flush: true })
}

/**
 * Copies a sealed file without its seal, for its owner alone and synced, checking it on the way. Throws
 * `not_found` where there is no such file, `invalid_request` where it was cut short or changed since it was
 * sealed, or never was.
 */
export async function unseal(
  from: string,
  to: string,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const { size, digest } = await readSeal(from)
  const hash = createHash('sha256')
  const out = createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true })
  await pipeline(
    createReadStream(from, { end: size - 1 }),
    hashing(hash, (done) => onProgress(done, size)),
    out,
  )
  if (hash.digest('hex') !== digest) throw damaged(from)
}

function hashing(hash: Hash, onChunk: (done: number) => void) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let done = 0
    for await (const chunk of chunks) {
      hash.update(chunk)
      done += chunk.length
      onChunk(done)
      yield chunk
    }
  }
}

async function readSeal(file: string): Promise<{ size: number; digest: string }> {
  const handle = await openBackup(file)
  try {
    const size = (await handle.stat()).size - SEAL_BYTES
    if (size <= 0) throw damaged(file)
    const { buffer } = await handle.read(Buffer.alloc(SEAL_BYTES), 0, SEAL_BYTES, size)
    const digest = SEAL.exec(buffer.toString('latin1'))?.[1]
    if (digest === undefined) throw damaged(file)
    return { size, digest }
  } finally {
    await handle.close()
  }
}

async function openBackup(file: string): Promise<FileHandle> {
  try {
    if ((await stat(file)).isDirectory()) throw new Error('it is a folder')
    return await open(file)
  } catch (cause) {
    throw refusal('not_found', 'restore.cannot.read', { values: { file }, cause })
  }
}

export function damaged(file: string, cause?: unknown): PassalongError {
  return refusal('invalid_request', 'restore.cannot.damaged', { values: { file }, cause })
}
