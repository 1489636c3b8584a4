/**
 * Runs the servers that the product can be pointed at, for work by hand, until Ctrl-C:
 * `node test/services/run.ts` prints MONGODB_URI and REDIS_URL. Both begin empty and end without a trace.
 */
import { once } from 'node:events'
import { missingDocumentDb, startDocumentDb } from './document-db.ts'
import { missingRedis, startRedis } from './redis.ts'

const database = missingDocumentDb() ?? (await startDocumentDb({ port: 27_999 }))
console.log(typeof database === 'string' ? database : `MONGODB_URI=${database.uri}passalong`)
const redis = missingRedis() ?? (await startRedis({ port: 6_399, appendonly: true }))
console.log(typeof redis === 'string' ? redis : `REDIS_URL=${redis.url}0`)

await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
for (const server of [database, redis]) if (typeof server !== 'string') await server.stop()
