import Bull from 'bull'
import type { Connection, mongo } from 'mongoose'
import type { FleetGround } from '../servers.ts'
import { connectRaw } from '../stores.ts'

export const BARE_QUEUE = 'bare'
const TOGETHER = 1_000

export interface BareDocument {
  readonly _id: string
  readonly state: string
}

export function bareDocuments(connection: Connection): mongo.Collection<BareDocument> {
  return connection.collection<BareDocument>('bare') as unknown as mongo.Collection<BareDocument>
}

/** So many documents, and a job for each. */
export async function plantBareJobs(
  { uri, redisUrl }: FleetGround,
  count: number,
): Promise<number> {
  const connection = await connectRaw(uri)
  const queue = new Bull(BARE_QUEUE, redisUrl)
  for (let first = 0; first < count; first += TOGETHER) {
    const ids = Array.from({ length: TOGETHER }, (_, i) => `a-share-of-many-${first + i}`)
    await bareDocuments(connection).insertMany(ids.map((_id) => ({ _id, state: 'queued' })))
    await queue.addBulk(
      ids.map((id) => ({ data: { id }, opts: { jobId: id, removeOnComplete: true } })),
    )
  }
  await queue.close()
  await connection.close()
  return count
}
