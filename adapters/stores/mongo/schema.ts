import { Schema, type SchemaDefinition } from 'mongoose'

/**
 * The schema of a collection's documents. Unknown paths throw, in documents and in filters. Paths that a newer
 * release knows stay as they are, since documents are never replaced, only changed in what is named.
 */
export function documentSchema<T>(definition: SchemaDefinition<T>): Schema<T> {
  return new Schema<T>(definition, {
    strict: 'throw',
    strictQuery: 'throw',
    autoIndex: false,
    autoCreate: false,
    versionKey: false,
    minimize: false,
    id: false,
  })
}

/** A part of a document that has paths of its own, and no id. */
export function partSchema<T>(definition: SchemaDefinition<T>): Schema<T> {
  return new Schema<T>(definition, { strict: 'throw', _id: false, minimize: false, id: false })
}
