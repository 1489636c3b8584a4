import type { Account } from '#core/account.ts'
import { endpointOf } from '#core/address.ts'
import { PassalongError } from '#core/errors.ts'
import { type DeliveryId, newCode, type RandomBytes, type ShareId } from '#core/ids.ts'
import type { PlannedDelivery } from '#ports/store/shares.ts'
import type { Channels } from '../channels.ts'
import type { Keys } from '../keys.ts'
import { queueOf } from '../routing.ts'
import type { Reachable } from './expand.ts'

/** What the deliveries of one share have in common. */
export interface PlanContext {
  readonly keys: Keys
  readonly channels: Channels
  readonly randomBytes: RandomBytes
  readonly sender: Account
  readonly share: ShareId
  readonly replaces: DeliveryId | null
  /** Rate units of one send to the address. */
  costOf(reachable: Reachable): number
}

/** Fixes the deliveries of a share: numbers, codes, lanes. */
export function planDeliveries(
  context: PlanContext,
  reachable: readonly Reachable[],
): readonly PlannedDelivery[] {
  return reachable.map((one, n) => {
    const channel = context.channels.get(one.address.channel)
    if (!channel) throw new PassalongError('internal', 'An address of a channel that is not there.')
    return {
      n,
      code: newCode(context.share, context.randomBytes),
      recipient: one.recipient,
      name: one.name,
      address: one.address,
      endpoint: context.keys.endpoint(endpointOf(one.address)),
      lane: { ...queueOf(channel, one.address), account: context.sender.id },
      cost: context.costOf(one),
      replaces: context.replaces,
    }
  })
}
