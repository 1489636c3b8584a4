import { isDeepStrictEqual } from 'node:util'
import type { Model } from 'mongoose'
import { openDatabase } from '#adapters/stores/mongo/database.ts'
import { createMoveNotes } from '#adapters/stores/mongo/move-state.ts'
import { SCHEMA_STATE, schemaState } from '#adapters/stores/mongo/schema-state.ts'
import { composeStore } from '#adapters/stores/mongo/store.ts'
import { randomBytes } from '#test/contracts/store/harness.ts'

/**
 * Throws where a stored document is not what its schema says: a path that the schema does not know, a value that it
 * would cast to another, a collection without a schema. So what the driver writes past the models is held to them.
 */
export async function checkStoredDocuments(uri: string): Promise<void> {
  const db = await openDatabase({ uri: () => uri })
  try {
    composeStore(db, { randomBytes })
    createMoveNotes(db)
    db.model(SCHEMA_STATE, schemaState)
    const names = (await db.connection.listCollections()).map(({ name }) => name)
    for (const name of names) await checkCollection(modelOf(db.connection.models, name))
  } finally {
    await db.close()
  }
}

function modelOf(models: Readonly<Record<string, Model<unknown>>>, name: string): Model<unknown> {
  const model = models[name]
  if (!model) throw new Error(`the collection ${name} has no schema`)
  return model
}

async function checkCollection(model: Model<unknown>): Promise<void> {
  for (const stored of await model.collection.find().toArray()) {
    const cast = new model(stored)
    await cast.validate()
    const known = cast.toObject({ minimize: false, flattenMaps: true })
    if (!isDeepStrictEqual(known, stored)) {
      throw new Error(`${model.modelName}: ${JSON.stringify(stored)} is ${JSON.stringify(known)}`)
    }
  }
}
