import { mayHouse, type Role } from '#core/role.ts'
import type { Bot } from '#ports/bot.ts'
import type { Leases } from './leases.ts'

/** Lets each bot ask its platform while this process has its turn; other processes stand by. */
export function startBots(
  bots: readonly Bot[],
  { role, leases }: { readonly role: Role; readonly leases: Leases },
): { stop(): Promise<void> } {
  const here = mayHouse(role, 'bots') ? bots : []
  const keepings = here.map((bot) => leases.keep(`bot/${bot.name}`, (turn) => bot.poll(turn)))
  return {
    async stop() {
      await Promise.all(keepings.map((keeping) => keeping.stop()))
    },
  }
}
