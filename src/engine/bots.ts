import { mayHouse, type Role } from '#core/role.ts'
import type { Bot } from '#ports/bot.ts'
import type { LeasedWork, Leases } from './leases.ts'
import { ended, leftAfter } from './within.ts'

/** A poll that heeds no abort is left after this: longer than a platform may keep one open. */
const POLL_STOP_MS = 5_000

/** Lets each bot ask its platform while this process has its turn; other processes stand by. */
export function startBots(
  bots: readonly Bot[],
  { role, leases }: { readonly role: Role; readonly leases: Leases },
): { stop(): Promise<void> } {
  const here = mayHouse(role, 'bots') ? bots : []
  const keepings = here.map((bot) => leases.keep(`bot/${bot.name}`, pollOf(bot)))
  return {
    async stop() {
      await Promise.all(keepings.map((keeping) => keeping.stop()))
    },
  }
}

const pollOf =
  (bot: Bot): LeasedWork =>
  async (turn) => {
    const polling = bot.poll(turn)
    await Promise.race([polling, ended(turn.signal).then(() => leftAfter(POLL_STOP_MS, polling))])
  }
