import type { Account } from '#core/account.ts'
import { renderCarry } from '#core/message/carry.ts'
import type { RenderedCarry } from '#core/message/message.ts'
import { refusal } from '#core/refusal.ts'
import { linkOf, writeMessage } from '../delivering/write-message.ts'
import type { Reaching } from '../engine.ts'
import { previewOf } from '../previews.ts'
import { ownDelivery, ownShare } from '../sharing/actions.ts'
import type { ReachingDeps } from './deps.ts'
import { ownWaiting } from './inviting.ts'

type HandedOver = Awaited<ReturnType<Reaching['handOver']>>

/** The sender's own words, with the recipient's own link. */
export async function handOver(
  deps: ReachingDeps,
  sender: Account,
  id: string,
): Promise<HandedOver> {
  const delivery = await ownWaiting(deps, sender, id)
  const { address } = delivery
  if (!address) throw refusal('wrong_state', 'refusal.address_deleted')
  const share = await ownShare(deps, sender, delivery.share)
  const preview = await previewOf(deps.unfurler, share.target)
  const tracked = share.tracking === 'full'
  const parts = { share, delivery, address, firstContact: false, tracked, preview }
  const { text }: RenderedCarry = renderCarry(await writeMessage(deps, parts))
  return { text, link: linkOf(deps, delivery) }
}

/** A platform may tell of it twice, and late. */
export async function handedOver(deps: ReachingDeps, sender: Account, id: string): Promise<void> {
  const delivery = await ownDelivery(deps, sender, id)
  const moved = await deps.store.deliveries.move(delivery.id, {
    from: ['waiting'],
    to: 'accepted',
    reason: null,
    dueInMs: null,
    via: 'carry',
  })
  if (moved) deps.onChange()
}
