import { setImmediate } from 'node:timers/promises'
import type { TextDecoder } from 'node:util'
import type { Parser } from 'htmlparser2'
import { type LinkPreview, previewOf } from '#core/preview.ts'
import { decoderFor, SNIFFED_BYTES } from './charset.ts'
import { createHeadReader, type HeadReader } from './head-reader.ts'
import type { Page } from './page-source.ts'

/** Bytes that are parsed in one go, before the event loop has its turn. */
const SLICE = 8_192

/** What the page's head says, from `maxBytes` of it at most; what came before a cut or a time-out counts. */
export async function readPage(
  page: Page,
  maxBytes: number,
  parser: typeof Parser,
): Promise<LinkPreview | null> {
  const reader = createHeadReader(parser)
  let decoder: TextDecoder | undefined
  let start: Uint8Array = new Uint8Array(0)
  try {
    for await (const piece of limited(page.body, maxBytes)) {
      const bytes: Uint8Array = decoder ? piece : Buffer.concat([start, piece])
      if (!decoder) start = bytes
      if (!decoder && start.length < SNIFFED_BYTES) continue
      decoder ??= decoderFor(start, page.contentType)
      if (await write(reader, decoder, bytes)) break
    }
  } catch {
    // The connection broke or the time is up: the head may be there already.
  }
  if (!decoder) await write(reader, decoderFor(start, page.contentType), start)
  return previewOf(reader.facts(), page.url)
}

async function write(
  reader: HeadReader,
  decoder: TextDecoder,
  bytes: Uint8Array,
): Promise<boolean> {
  for (let at = 0; at < bytes.length; at += SLICE) {
    const text = decoder.decode(bytes.subarray(at, at + SLICE), { stream: true })
    if (reader.write(text)) return true
    await setImmediate()
  }
  return false
}

async function* limited(body: AsyncIterable<Uint8Array>, maxBytes: number) {
  let left = maxBytes
  for await (const piece of body) {
    yield piece.subarray(0, left)
    left -= piece.length
    if (left <= 0) return
  }
}
