import {
  type Connection,
  type ConnectOptions,
  type Model,
  Mongoose,
  type mongo,
  type Schema,
} from 'mongoose'
import type { Instant } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import { attempt as withinTime } from './deadline.ts'
import { createMonitorWatch } from './monitors.ts'
import { PORTION } from './portions.ts'
import { SCHEMA_STATE, type SchemaState } from './schema-state.ts'

/** Where the database is, and how it is talked to. Milliseconds. */
export interface MongoPlace {
  /** `mongodb://…`, with the database's name in its path (`passalong` where it has none). Holds a password. */
  readonly uri: () => string
  /** Connections that are kept open at most. */
  readonly poolSize?: number
  /** Documents that are written in one call at most. */
  readonly portion?: number
}

/** As many calls as one process has under way at a time; more wait for a free connection. */
const POOL_SIZE = 50
/** Until a server that can be written to is found. Shorter than a start may take to say that there is none. */
const SELECTION_MS = 2_500
const CONNECT_MS = 2_500
/** For a free connection. Below `CALL_MS`, so that what was given up does not go out afterwards. */
const QUEUE_MS = 4_000
/** A connection that was silent for so long within a call is given up with it. Above `CALL_MS`. */
const SILENCE_MS = 20_000
const DEFAULT_NAME = 'passalong'

export type Timed<T> = T & { readonly now: Instant }

/** The connection that all parts of the store share. */
export interface Database {
  /** Host and name, for messages. */
  readonly place: string
  /** Documents that are written in one call at most: for `portionsOf`. */
  readonly portion: number
  /**
   * The store's now: the server's clock, the same for every process. It is read before it is written, since compatible
   * servers do not know `$$NOW` in an update that meets another one.
   */
  readNow(): Promise<Instant>
  /** What matches, each document with the store's now as it was read: a filter cannot compare with that. */
  timed<T>(model: Model<T>, filter: object): Promise<readonly Timed<T>[]>
  /** The documents of a collection; `schema` as `documentSchema` makes it. */
  model<T>(collection: string, schema: Schema<T>): Model<T>
  /** The same by the driver itself: for bulk writes, and reads that mongoose would take several times as long for. */
  collection<T extends mongo.Document>(name: string, schema: Schema<T>): mongo.Collection<T>
  /** Runs one call, with a time limit of its own. Faults become `unavailable`. */
  attempt<T>(operation: () => Promise<T>, limitMs?: number): Promise<T>
  /** Throws where reading and writing do not work now. */
  check(): Promise<void>
  /** The connection itself, for what models do not know: commands, indexes. */
  readonly connection: Connection
  close(): Promise<void>
}

/** What the server must do with all that we write: have it on disk, at the majority of its members. */
const OPTIONS = {
  serverSelectionTimeoutMS: SELECTION_MS,
  connectTimeoutMS: CONNECT_MS,
  waitQueueTimeoutMS: QUEUE_MS,
  socketTimeoutMS: SILENCE_MS,
  // By both names: the address may bear either, and must not weaken it.
  writeConcern: { w: 'majority', journal: true, j: true },
  readPreference: 'primary',
  appName: 'passalong',
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
} as const satisfies ConnectOptions

/**
 * Connects. `now`: the store's time as an expression; tests give one that they can let pass.
 * Throws `unavailable` within three seconds where nothing answers.
 */
export async function openDatabase(
  { uri, poolSize = POOL_SIZE, portion = PORTION }: MongoPlace,
  now: () => object = serverNow,
): Promise<Database> {
  const place = placeOf(uri())
  const connection = await connect(uri(), poolSize).catch((cause: unknown) => {
    throw refusal('unavailable', 'setup.cannot.database', { cause, values: { place } })
  })
  const watched = createMonitorWatch(connection)
  const attempt: Database['attempt'] = (operation, limitMs) =>
    watched(withinTime(operation, limitMs))
  const state = connection.collection<SchemaState>(SCHEMA_STATE)
  const readNow = async (): Promise<Instant> => {
    const read = [{ $match: { _id: 'schema' } }, { $project: { _id: 0, now: now() } }]
    const [found] = await attempt(() => state.aggregate<{ now: Instant }>(read).toArray())
    if (!found) throw new Error('the database was never brought to a version')
    return found.now
  }
  return {
    place,
    portion,
    connection,
    readNow,
    timed: (model, filter) =>
      attempt(() => model.aggregate([{ $match: filter }, { $addFields: { now: now() } }]).exec()),
    model<T>(collection: string, schema: Schema<T>) {
      return connection.model<T>(collection, schema, collection)
    },
    collection<T extends mongo.Document>(name: string, schema: Schema<T>) {
      return connection.model<T>(name, schema, name).collection as unknown as mongo.Collection<T>
    },
    attempt,
    async check() {
      const checkedAt = await readNow()
      await attempt(() => state.updateOne({ _id: 'schema' }, { $set: { checkedAt } }))
    },
    close: () => connection.close(),
  }
}

/** In ms, by the server's clock, read as the pipeline runs. */
function serverNow(): object {
  return { $toLong: '$$NOW' }
}

async function connect(uri: string, poolSize: number): Promise<Connection> {
  const options = { ...OPTIONS, maxPoolSize: poolSize, dbName: nameIn(uri) }
  const connection = new Mongoose().createConnection(uri, options)
  try {
    return await withinTime(() => connection.asPromise(), SELECTION_MS + 400)
  } catch (error) {
    await connection.destroy().catch(() => undefined)
    throw error
  }
}

/** The host and the database's name, without user, password and options. */
function placeOf(uri: string): string {
  const [hosts] = addressOf(uri)
  return `${hosts}/${nameIn(uri)}`
}

function nameIn(uri: string): string {
  return addressOf(uri)[1] || DEFAULT_NAME
}

function addressOf(uri: string): readonly [hosts: string, name: string] {
  const [address = ''] = uri.replace(/^mongodb(\+srv)?:\/\//, '').split('?')
  const [hosts = '', name = ''] = address.replace(/^.*@/, '').split('/')
  return [hosts, decodeURIComponent(name)]
}
