import { documentSchema } from './schema.ts'

export const SCHEMA_STATE = 'schema_state'

/** The one document that says how far the database is migrated, and who is at it. */
export interface SchemaState {
  readonly _id: 'schema'
  readonly version: number
  /** Who migrates it, and until when that holds; empty: nobody. */
  readonly holder: string
  readonly until: number
  /** When somebody last asked whether writing works. */
  readonly checkedAt?: number
}

export const schemaState = documentSchema<SchemaState>({
  _id: String,
  version: Number,
  holder: String,
  until: Number,
  checkedAt: Number,
})
