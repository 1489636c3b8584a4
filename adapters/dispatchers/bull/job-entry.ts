import { z } from 'zod'
import type { ChannelName } from '#core/address.ts'
import type { ConnectionId, DeliveryId } from '#core/ids.ts'
import type { Job } from '#ports/dispatcher.ts'
import { jobKey } from '../channel-queue.ts'

/** What Bull keeps of a job besides its id: whose turn it takes. No content, no address. */
export type EntryData = z.infer<typeof entryData>

const entryData = z.object({ connection: z.string(), account: z.string() })

/** A job as Bull keeps it; its id tells a delivery's schedules apart, so that a new one is never taken for the old. */
export function entryOf(job: Job): { readonly id: string; readonly data: EntryData } {
  const { connection, account } = job.lane
  return { id: jobKey(job), data: { connection, account } }
}

/** The job that Bull kept; null where it is none of ours, or lost its data. */
export function jobIn(channel: ChannelName, id: string, kept: unknown): Job | null {
  const [, delivery, epoch] = /^(.+):(\d+)$/.exec(id) ?? []
  const data = entryData.safeParse(kept)
  if (!delivery || !epoch || !data.success) return null
  const { connection, account } = data.data
  return {
    id: delivery as DeliveryId,
    epoch: Number(epoch),
    lane: { channel, connection: connection as ConnectionId, account },
  }
}
