import type { mongo } from 'mongoose'
import { PassalongError } from '#core/errors.ts'
import type { AccountId, Instant } from '#core/ids.ts'
import type { AcceptResult, ExtendPlan, SharePlan, ShareStore } from '#ports/store/shares.ts'
import { dueInstant, plannedShare } from '../plan-steps.ts'
import type { QuotaUse } from '../quota.ts'
import { replayOf } from '../replay.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import { type Keys, keyPart } from './keys.ts'
import type { Known } from './known.ts'
import type { PlanContents, Plans } from './plans.ts'
import type { Senders, Turn } from './senders.ts'
import { type PlanPart, type ShareDocument, shareDocument, shareOf } from './share-document.ts'

/** What accepting a share and extending one have in common. */
type Addition = Pick<SharePlan, 'deliveries' | 'due' | 'deadlineMs' | 'idempotency' | 'quota'>

/** An addition that the quota has room for. */
interface Counted {
  readonly turn: Turn
  readonly adds: QuotaUse
  readonly plan: (first: number) => PlanPart
}

export interface AcceptingDeps {
  readonly shares: mongo.Collection<ShareDocument>
  readonly keys: Keys
  readonly known: Known
  readonly senders: Senders
  readonly plans: Plans
  readonly changes: Changes
}

/** Others write the same share or key a few times at most while one tries. */
const TRIES = 20

/**
 * Accepts in this order: count the quota, write the share with its plan and its key (from here it is accepted),
 * make the deliveries. What a crash cuts off is finished by whoever meets the share next.
 */
export function createAccepting(
  db: Database,
  { shares, keys, known, senders, plans, changes }: AcceptingDeps,
): Pick<ShareStore, 'accept' | 'extend'> {
  const count = async (
    account: AccountId,
    addition: Addition,
  ): Promise<Counted | Extract<AcceptResult, { kind: 'over-quota' }>> => {
    const endpoints = [...new Set(addition.deliveries.map(({ endpoint }) => endpoint))]
    const met = await known.of(account, endpoints)
    const fresh = endpoints.filter((endpoint) => !met.has(endpoint))
    const adds = { messages: addition.deliveries.length, newEndpoints: fresh.length }
    const turn = await senders.take(account, adds, addition.quota)
    if ('kind' in turn) return turn
    const contents: PlanContents = { deliveries: addition.deliveries, fresh }
    const part = planPart(addition, JSON.stringify(contents), turn.at)
    return { turn, adds, plan: (first) => ({ ...part, first }) }
  }

  /** What the request came to before, by its key or its id; what is unfinished of it is finished first. */
  const earlier = async (plan: SharePlan): Promise<AcceptResult | null> => {
    const taken = await keys.taken(plan.account, plan.idempotency)
    const stored = taken ? null : await db.attempt(() => shares.findOne({ _id: plan.id }))
    const answer = taken ?? (stored && replayOf(shareOf(stored), plan))
    if (answer?.kind === 'replayed') await plans.finishOf(answer.share.id)
    return answer
  }

  const store = async (plan: SharePlan, counted: Counted): Promise<AcceptResult> => {
    const { turn, adds } = counted
    const { idempotency } = plan
    const document = shareDocument(plannedShare(plan, turn.at), {
      seq: turn.seq,
      deliveries: plan.deliveries.length,
      plans: [counted.plan(0)],
      ...(idempotency ? { keys: [keyPart(plan.account, idempotency, turn.at)] } : {}),
    })
    for (let i = 0; i < TRIES; i++) {
      if (await insert(document)) {
        await plans.finish(document)
        return { kind: 'accepted', share: shareOf(document) }
      }
      const before = await earlier(plan)
      if (before) {
        await senders.giveBack(plan.account, turn, adds)
        return before
      }
      if (idempotency) await keys.free(plan.account, idempotency.key)
    }
    throw tooOften()
  }

  /** False: its id or its key is taken. */
  const insert = async (document: ShareDocument): Promise<boolean> => {
    try {
      await db.attempt(() => shares.insertOne(document))
      return true
    } catch (error) {
      if (isTaken(error)) return false
      throw error
    }
  }

  const find = async (plan: ExtendPlan): Promise<ShareDocument | null> => {
    const share = await db.attempt(() => shares.findOne({ _id: plan.share }))
    return share?.account === plan.account ? share : null
  }

  /** Whether it held: the share's number of deliveries is the one that was read, and the key was free. */
  const append = async (
    share: ShareDocument,
    plan: ExtendPlan,
    counted: Counted,
  ): Promise<boolean> => {
    const { idempotency } = plan
    const keyed = idempotency && keyPart(plan.account, idempotency, counted.turn.at)
    const part = counted.plan(share.deliveries)
    const filter = { _id: share._id, deliveries: share.deliveries }
    const update = {
      $inc: { deliveries: plan.deliveries.length },
      $push: { plans: part, ...(keyed ? { keys: keyed } : {}) },
    } as unknown as mongo.UpdateFilter<ShareDocument>
    const guard = keyed ? { ...filter, 'keys.id': { $ne: keyed.id } } : filter
    try {
      const { matchedCount } = await db.attempt(() =>
        shares.updateOne(guard as mongo.Filter<ShareDocument>, update),
      )
      if (matchedCount === 1) await plans.finish({ ...share, plans: [part] })
      return matchedCount === 1
    } catch (error) {
      if (isTaken(error)) return false
      throw error
    }
  }

  const replayed = async (plan: ExtendPlan): Promise<AcceptResult | null> => {
    const taken = await keys.taken(plan.account, plan.idempotency)
    if (taken?.kind === 'replayed') await plans.finishOf(taken.share.id)
    return taken
  }

  const extend = async (plan: ExtendPlan, counted: Counted): Promise<AcceptResult> => {
    for (let i = 0; i < TRIES; i++) {
      const share = await find(plan)
      if (!share) break
      if (await append(share, plan, counted)) return { kind: 'accepted', share: shareOf(share) }
      const before = await replayed(plan)
      if (before) {
        await senders.giveBack(plan.account, counted.turn, counted.adds)
        return before
      }
      if (plan.idempotency) await keys.free(plan.account, plan.idempotency.key)
    }
    throw tooOften()
  }

  return {
    async accept(plan) {
      const before = plan.idempotency && (await keys.taken(plan.account, plan.idempotency))
      if (before) return (await earlier(plan)) ?? before
      const counted = await count(plan.account, plan)
      // A twin of this request may have used up what the quota had left.
      if ('kind' in counted) return (await earlier(plan)) ?? counted
      return store(plan, counted)
    },
    async extend(plan) {
      if (!(await find(plan))) return { kind: 'not-found' }
      const before = await replayed(plan)
      if (before) return before
      const counted = await count(plan.account, plan)
      if ('kind' in counted) return (await replayed(plan)) ?? counted
      return changes.watch([plan.share], () => extend(plan, counted))
    },
  }
}

function planPart(addition: Addition, contents: string, at: Instant): Omit<PlanPart, 'first'> {
  const { deadlineMs } = addition
  return { at, dueAt: dueInstant(addition.due, at), deadlineMs, contents }
}

function tooOften(): PassalongError {
  return new PassalongError('internal', 'A share was written too often at a time.')
}
