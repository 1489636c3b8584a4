import { setTimeout as sleep } from 'node:timers/promises'
import type { Member } from '#test/fixtures/fleet-member.ts'
import type { Stage } from './stage.ts'
import { pick } from './visitors.ts'

const AGAIN_MS = 500

export interface Kills {
  /** How many were killed so far. */
  soFar(): number
  /** Ends it, waits until all of them are up again, and says how many were killed. */
  stop(): Promise<number>
}

/**
 * Kills -9 one of them at random again and again, and starts it anew, as whoever watches over it would. The last
 * one that is up is spared: a machine that starts them slowly would end with none.
 */
export function startKilling(
  { over }: Pick<Stage, 'over'>,
  members: readonly Member[],
  everyMs: number,
): Kills {
  const restarts = new Set<Promise<void>>()
  let kills = 0
  let going = true
  const loop = (async () => {
    while (going && !over.aborted) {
      await sleep(everyMs)
      const up = members.filter((member) => member.isUp())
      const victim = pick(up)
      if (!victim || up.length < 2 || !going) continue
      await victim.end('SIGKILL')
      kills++
      const restart = startAgain(victim, over)
      restarts.add(restart)
      void restart.finally(() => restarts.delete(restart))
    }
  })()
  return {
    soFar: () => kills,
    async stop() {
      going = false
      await loop
      await Promise.all(restarts)
      return kills
    },
  }
}

/** Until it is up: what it needs may be away. */
export async function startAgain(member: Member, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    try {
      return await member.start()
    } catch {
      await sleep(AGAIN_MS)
    }
  }
}
