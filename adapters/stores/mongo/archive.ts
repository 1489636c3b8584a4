import type { mongo } from 'mongoose'
import { refusal } from '#core/refusal.ts'
import type { Logger } from '#ports/logger.ts'
import {
  ARCHIVE_KINDS,
  type ArchiveKind,
  type ArchiveRecords,
  type ArchiveTarget,
} from '#ports/store/archive.ts'
import { KEEPINGS } from './archive-documents.ts'
import { type Database, type MongoPlace, openDatabase } from './database.ts'
import { asUnavailable } from './faults.ts'
import { insertMissing } from './inserts.ts'
import type { Keeping } from './keeping.ts'
import { migrate } from './migrations.ts'
import { createMoveNotes } from './move-state.ts'
import { SCHEMA_STATE } from './schema-state.ts'

const PAGE = 1_000
/** A start leaves the first account's one-time link, salts and the like; what stands in these is somebody's. */
const DATA: readonly ArchiveKind[] = ['account', 'contact', 'share', 'suppression']

type Collection = mongo.Collection<{ _id: string }>

export interface MongoArchive extends ArchiveTarget {
  close(): Promise<void>
}

/** A database that is to be filled. Throws as a store does where it cannot be reached. */
export async function openMongoArchive(
  place: MongoPlace,
  deps: { readonly logger: Logger },
): Promise<MongoArchive> {
  const db = await openDatabase(place)
  try {
    await refuseForeign(db)
    await migrate(db, deps.logger)
    return { close: db.close, ...targetOf(db) }
  } catch (error) {
    await db.close()
    throw error
  }
}

/** A database that nobody opened as a store of ours must be empty: its collections may be called as ours are. */
async function refuseForeign({ connection, attempt, place }: Database): Promise<void> {
  const collections = await attempt(() => connection.listCollections())
  const names = collections.map(({ name }) => name).filter((name) => !name.startsWith('system.'))
  if (names.includes(SCHEMA_STATE)) return
  const found = await Promise.all(
    names.map((name) => attempt(() => connection.collection(name).findOne({}))),
  )
  if (found.every((document) => document === null)) return
  throw refusal('conflict', 'move.cannot.holdsData', { values: { place } })
}

function targetOf(db: Database): ArchiveTarget {
  const notes = createMoveNotes(db)
  const collectionOf = (kind: ArchiveKind): Collection =>
    db.connection.collection<{ _id: string }>(KEEPINGS[kind].collection)

  async function holdsData(): Promise<boolean> {
    const found = await Promise.all(
      DATA.map((kind) => db.attempt(() => collectionOf(kind).findOne({}))),
    )
    return found.some((document) => document !== null)
  }

  /** Processes at work here hold leases; they would send what is only copied yet. */
  async function refuseLive(): Promise<void> {
    const names = db.connection.collection('held_names')
    const until = { $gt: await db.readNow() }
    const held = await db.attempt(() => names.findOne({ until }))
    if (held) throw refusal('conflict', 'move.cannot.inUse', { values: { place: db.place } })
  }

  async function clear(): Promise<void> {
    for (const kind of ARCHIVE_KINDS) await empty(db, collectionOf(kind))
  }

  return {
    place: db.place,
    async begin(source) {
      const { place } = db
      const move = await notes.find()
      if (move && move.source !== source) {
        const key = move.finished ? 'move.cannot.holdsData' : 'move.cannot.otherSource'
        throw refusal('conflict', key, { values: { place } })
      }
      if (move?.finished) return 'finished'
      await refuseLive()
      if (move) return (kind) => move.positions[kind] ?? null
      if (await holdsData()) {
        throw refusal('conflict', 'move.cannot.holdsData', { values: { place } })
      }
      await notes.begin(source)
      await clear()
      return () => null
    },
    async write(kind, { records, position }) {
      const { documentOf }: Keeping<typeof kind> = KEEPINGS[kind]
      const documents = records.map(documentOf)
      await db.attempt(() => insertMissing(collectionOf(kind), documents))
      await notes.reached(kind, position)
    },
    async *read<K extends ArchiveKind>(kind: K): AsyncGenerator<readonly ArchiveRecords[K][]> {
      const { recordOf }: Keeping<K> = KEEPINGS[kind]
      for await (const documents of pagesOf(collectionOf(kind))) yield documents.map(recordOf)
    },
    async clear() {
      const move = await notes.find()
      await notes.begin(move?.source ?? '')
      await clear()
    },
    finish: notes.finish,
  }
}

async function* pagesOf(collection: Collection): AsyncGenerator<readonly { _id: string }[]> {
  let page: { _id: string }[] = []
  try {
    for await (const document of collection.find({}, { batchSize: PAGE })) {
      page.push(document)
      if (page.length < PAGE) continue
      yield page
      page = []
    }
  } catch (error) {
    throw asUnavailable(error)
  }
  if (page.length > 0) yield page
}

/** In pages: one call for all would run into its time limit. */
async function empty(db: Database, collection: Collection): Promise<void> {
  for (;;) {
    const found = await db.attempt(() =>
      collection.find({}, { projection: { _id: 1 }, limit: PAGE }).toArray(),
    )
    if (found.length === 0) return
    const ids = found.map(({ _id }) => _id)
    await db.attempt(() => collection.deleteMany({ _id: { $in: ids } }))
  }
}
