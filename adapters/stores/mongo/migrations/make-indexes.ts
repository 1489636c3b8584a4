import { setTimeout as sleep } from 'node:timers/promises'
import type { mongo } from 'mongoose'
import type { Database } from '../database.ts'
import { attempt } from '../deadline.ts'
import { isAway } from '../faults.ts'

/** Each by its collection. Names are ours, since faults tell of a broken index by its name alone. */
export type Indexes = Readonly<
  Record<string, readonly (mongo.IndexDescription & { name: string })[]>
>

/** An index over many documents takes its time; a process that is killed meanwhile finds it made. */
const BUILD_MS = 600_000
const AGAIN_MS = 500

/** Makes what is not there yet. */
export async function makeIndexes(
  { connection }: Pick<Database, 'connection'>,
  all: Indexes,
): Promise<void> {
  for (const [collection, indexes] of Object.entries(all)) {
    await untilBuilt(() => connection.collection(collection).createIndexes([...indexes]))
  }
}

/**
 * The line gives up on a call that says nothing for 20 s, the server goes on building: asked again, it answers when
 * the index is there.
 */
async function untilBuilt(build: () => Promise<unknown>): Promise<void> {
  const until = performance.now() + BUILD_MS
  for (;;) {
    try {
      await attempt(build, BUILD_MS)
      return
    } catch (fault) {
      if (!isAway(fault) || performance.now() + AGAIN_MS > until) throw fault
      await sleep(AGAIN_MS)
    }
  }
}
