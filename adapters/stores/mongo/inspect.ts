import type { mongo } from 'mongoose'
import { rootMessage } from '#core/errors.ts'
import { type Database, type MongoPlace, openDatabase } from './database.ts'
import { MIGRATIONS } from './migrations.ts'
import { SCHEMA_STATE, schemaState } from './schema-state.ts'

type Topology = 'replica set' | 'sharded cluster' | 'single server'

/** What an operator should know of a database before a server is started on it. */
export type MongoFacts =
  | { readonly reachable: false; readonly why: string }
  | {
      readonly reachable: true
      /** `8.0.4`. */
      readonly version: string
      readonly topology: Topology
      /** Migrations that the next start makes; below zero where a newer release wrote the database. */
      readonly pending: number
      /** How far this machine's clock is ahead of the server's, in ms, give or take half the way there and back. */
      readonly aheadMs: number
    }

/** Asks a database about itself and changes nothing; never throws. */
export async function inspectMongo(place: MongoPlace): Promise<MongoFacts> {
  try {
    const db = await openDatabase({ ...place, poolSize: 2 })
    try {
      const asked = Date.now()
      const hello = await ask(db, { hello: 1 })
      const middle = (asked + Date.now()) / 2
      const build = await ask(db, { buildInfo: 1 })
      const model = db.model(SCHEMA_STATE, schemaState)
      const state = await db.attempt(() => model.findById('schema').lean())
      return {
        reachable: true,
        version: String(build.version),
        topology: topologyOf(hello),
        pending: (MIGRATIONS.at(-1)?.version ?? 0) - (state?.version ?? 0),
        aheadMs: Math.round(middle - Number(hello.localTime)),
      }
    } finally {
      await db.close()
    }
  } catch (error) {
    return { reachable: false, why: rootMessage(error) }
  }
}

function ask(db: Database, command: mongo.Document): Promise<mongo.Document> {
  return db.attempt(() => db.connection.db?.command(command) ?? closed())
}

function topologyOf(hello: mongo.Document): Topology {
  if (hello.setName !== undefined) return 'replica set'
  return hello.msg === 'isdbgrid' ? 'sharded cluster' : 'single server'
}

function closed(): never {
  throw new Error('the connection was closed')
}
