import type { mongo } from 'mongoose'
import type { ArchiveKind, ArchiveRecords } from '#ports/store/archive.ts'

/** Names the write that made a moved document. */
export const STAMP = 'moved'

/** How the records of a kind are kept: as the documents that the store itself makes of them, and back. */
export interface Keeping<K extends ArchiveKind> {
  readonly collection: string
  documentOf(record: ArchiveRecords[K]): mongo.Document & { _id: string }
  recordOf(document: { readonly _id: string }): ArchiveRecords[K]
}

export function keep<K extends ArchiveKind, D extends { readonly _id: string }>(
  collection: string,
  documentOf: (record: ArchiveRecords[K]) => D,
  recordOf: (document: D) => ArchiveRecords[K],
): Keeping<K> {
  return {
    collection,
    documentOf: (record) => ({ ...documentOf(record) }),
    recordOf: (document) => recordOf(document as D),
  }
}
