import { refusal } from '#core/refusal.ts'
import type { ArchiveKind, ArchivePosition } from '#ports/store/archive.ts'
import type { Database } from './database.ts'
import { documentSchema } from './schema.ts'

/** The one document that says how far a move into this database came. */
export interface MoveDocument {
  readonly _id: 'move'
  readonly source: string
  readonly finished: boolean
  readonly positions: Readonly<Partial<Record<ArchiveKind, ArchivePosition>>>
}

const moveDocument = documentSchema<MoveDocument>({
  _id: String,
  source: String,
  finished: Boolean,
  positions: { type: Map, of: String },
})

export interface MoveNotes {
  find(): Promise<MoveDocument | null>
  begin(source: string): Promise<void>
  reached(kind: ArchiveKind, position: ArchivePosition): Promise<void>
  finish(): Promise<void>
}

export function createMoveNotes(db: Database): MoveNotes {
  const model = db.model('moves', moveDocument)
  const set = async (change: object): Promise<void> => {
    await db.attempt(() =>
      model.updateOne({ _id: 'move' }, { $set: change }, { upsert: true }).exec(),
    )
  }
  return {
    find: () => db.attempt(() => model.findById('move').lean<MoveDocument>().exec()),
    begin: (source) => set({ source, finished: false, positions: {} }),
    reached: (kind, position) => set({ [`positions.${kind}`]: position }),
    finish: () => set({ finished: true, positions: {} }),
  }
}

/** Throws `conflict` where the data of a data folder is only partly here. */
export async function refuseHalfMoved(db: Database): Promise<void> {
  const move = await createMoveNotes(db).find()
  if (!move || move.finished) return
  throw refusal('conflict', 'move.cannot.halfMoved', { values: { place: db.place } })
}
