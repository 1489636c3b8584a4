import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { missingDocumentDb, startDocumentDb } from './document-db.ts'

/** A database server that speaks MongoDB's protocol, whichever. */
export interface DatabaseServer {
  readonly uri: string
  stop(): Promise<void>
}

/**
 * The first that can be had: the one at MONGODB_URI, a mongod that is on this machine (on the PATH, or where
 * mongodb-memory-server looks and keeps its own), DocumentDB, and a mongod that must be downloaded first, unless
 * MONGOMS_RUNTIME_DOWNLOAD is off.
 *
 * @param prefix of the databases that this run makes: a server that is not ours is rid of them at the end
 * @throws when there is none, saying how to come by one
 */
export async function startDatabase(prefix: string): Promise<DatabaseServer> {
  const { MONGODB_URI } = process.env
  if (MONGODB_URI) return borrow(MONGODB_URI, prefix)
  const mongod = await findMongod()
  if (mongod !== undefined) return startMongod(mongod)
  if (missingDocumentDb() === undefined) return startDocumentDb()
  try {
    return await startMongod()
  } catch (cause) {
    const ways = `set MONGODB_URI, install a mongod, or: ${missingDocumentDb()}`
    throw new Error(`there is no database server (${ways})`, { cause })
  }
}

/** The server's address with the name of a database in it; options stay. */
export function addressOf(uri: string, database: string): string {
  const [, server, options = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)[^?]*(\?.*)?$/.exec(uri) ?? []
  if (server === undefined) throw new Error('this is no address of a database server')
  return `${server}/${database}${options}`
}

async function borrow(uri: string, prefix: string): Promise<DatabaseServer> {
  return { uri, stop: () => dropDatabases(uri, prefix) }
}

async function dropDatabases(uri: string, prefix: string): Promise<void> {
  const { default: mongoose } = await import('mongoose')
  const connection = await mongoose
    .createConnection(uri, { serverSelectionTimeoutMS: 3_000 })
    .asPromise()
  try {
    const { databases } = await connection.listDatabases()
    const ours = databases.filter(({ name }) => name.startsWith(prefix))
    for (const { name } of ours) await connection.useDb(name).dropDatabase()
  } finally {
    await connection.close()
  }
}

async function findMongod(): Promise<string | undefined> {
  const { DryMongoBinary } = await import('mongodb-memory-server')
  const kept = await DryMongoBinary.locateBinary(DryMongoBinary.getEnsuredOptions())
  return kept ?? onPath('mongod')
}

function onPath(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function startMongod(systemBinary?: string): Promise<DatabaseServer> {
  const { MongoMemoryServer } = await import('mongodb-memory-server')
  const server = await MongoMemoryServer.create({
    ...(systemBinary !== undefined && { binary: { systemBinary } }),
    instance: { storageEngine: 'wiredTiger' },
  })
  return { uri: server.getUri(), stop: async () => void (await server.stop()) }
}
