import type { mongo } from 'mongoose'
import type { EndpointKey, ShareId } from '#core/ids.ts'
import type { PlannedDelivery } from '#ports/store/shares.ts'
import { plannedStep } from '../plan-steps.ts'
import type { StoredDelivery } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import type { DeliveryTable } from './delivery-table.ts'
import type { Known } from './known.ts'
import type { PlanPart, ShareDocument } from './share-document.ts'

/** What a plan holds as text. */
export interface PlanContents {
  readonly deliveries: readonly PlannedDelivery[]
  /** Endpoints that the account never wrote to before. */
  readonly fresh: readonly EndpointKey[]
}

/** Makes the deliveries that shares say they have. */
export interface Plans {
  /** Does what is not done of the share's plans. Several at a time come to the same. */
  finish(share: ShareDocument): Promise<void>
  /** The same where the share has unfinished plans; true where it had. */
  finishOf(share: ShareId): Promise<boolean>
}

export function createPlans(
  db: Database,
  shares: mongo.Collection<ShareDocument>,
  table: DeliveryTable,
  known: Known,
): Plans {
  const finishOne = async (share: ShareDocument, plan: PlanPart): Promise<void> => {
    const { deliveries, fresh } = JSON.parse(plan.contents) as PlanContents
    await Promise.all([
      known.add(share.account, fresh),
      table.insert(plannedDeliveries(share, plan, deliveries)),
    ])
    await forget(share._id, plan.first)
  }

  /** An empty list would stand in the index of what is unfinished. */
  const forget = async (share: ShareId, first: number): Promise<void> => {
    const last = { _id: share, plans: { $size: 1 }, 'plans.first': first }
    const { matchedCount } = await db.attempt(() =>
      shares.updateOne(last as mongo.Filter<ShareDocument>, { $unset: { plans: 1 } }),
    )
    if (matchedCount === 1) return
    const pull = { $pull: { plans: { first } } } as unknown as mongo.UpdateFilter<ShareDocument>
    await db.attempt(() => shares.updateOne({ _id: share }, pull))
  }

  const finish = async (share: ShareDocument): Promise<void> => {
    for (const plan of share.plans ?? []) await finishOne(share, plan)
  }

  return {
    finish,
    async finishOf(id) {
      const filter = { _id: id, 'plans.first': { $gte: 0 } } as mongo.Filter<ShareDocument>
      const share = await db.attempt(() => shares.findOne(filter))
      if (share) await finish(share)
      return share !== null
    },
  }
}

/** The deliveries of a plan as they are first stored. */
export function plannedDeliveries(
  { _id: id, account }: ShareDocument,
  { first, dueAt, deadlineMs, at: now }: Omit<PlanPart, 'contents'>,
  deliveries: readonly PlannedDelivery[],
): readonly StoredDelivery[] {
  return deliveries.map((planned) =>
    plannedStep({ id, account }, planned, first + planned.n, { dueAt, deadlineMs, now }),
  )
}
