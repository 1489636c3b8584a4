import type { mongo } from 'mongoose'
import { PassalongError } from '#core/errors.ts'
import type { AccountId, Instant } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { AcceptResult, ExtendPlan, SharePlan, ShareStore } from '#ports/store/shares.ts'
import { dueInstant, plannedShare } from '../plan-steps.ts'
import { replayOf } from '../replay.ts'
import { viewOf } from '../stored-delivery.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import { type Keys, keyPart } from './keys.ts'
import type { Known } from './known.ts'
import { type PlanContents, type Plans, plannedDeliveries } from './plans.ts'
import type { Senders, Turn, Uses } from './senders.ts'
import {
  type PlanPart,
  type ShareDocument,
  shareDocument,
  shareOf,
  WITHOUT_PARTS,
} from './share-document.ts'
import { literal } from './update.ts'

/** What accepting a share and extending one have in common. */
type Addition = Pick<SharePlan, 'deliveries' | 'due' | 'deadlineMs' | 'idempotency' | 'quota'>

/** A plan whose first number is not known yet. */
type Unnumbered = Omit<PlanPart, 'first'>

/** An addition that the quota has room for. */
interface Counted {
  readonly turn: Turn
  readonly adds: Uses
  readonly plan: Unnumbered
}

export interface AcceptingDeps {
  readonly shares: mongo.Collection<ShareDocument>
  readonly keys: Keys
  readonly known: Known
  readonly senders: Senders
  readonly plans: Plans
  readonly changes: Changes
}

/**
 * Keys that stand in one share at a time. Each addition writes all of them: with 10,000 it took 1.6 s, with 70,000
 * longer than a call may.
 */
const MOST_KEYS = 1_000

/** Others take the same key a few times at most while one tries. */
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
    shares: Uses['shares'],
  ): Promise<Counted | Extract<AcceptResult, { kind: 'over-quota' }>> => {
    const endpoints = [...new Set(addition.deliveries.map(({ endpoint }) => endpoint))]
    const met = await known.of(account, endpoints)
    const fresh = endpoints.filter((endpoint) => !met.has(endpoint))
    const adds = { messages: addition.deliveries.length, newEndpoints: fresh.length, shares }
    const turn = await senders.take(account, adds, addition.quota)
    if ('kind' in turn) return turn
    const contents: PlanContents = { deliveries: addition.deliveries, fresh }
    return { turn, adds, plan: planPart(addition, JSON.stringify(contents), turn.now) }
  }

  /** What the request came to before, by its key or its id; what is unfinished of it is finished first. */
  const earlier = async (plan: SharePlan): Promise<AcceptResult | null> => {
    const taken = await keys.taken(plan.account, plan.idempotency)
    const stored = taken ? null : await db.attempt(() => shares.findOne({ _id: plan.id }))
    const answer = taken ?? (stored && replayOf(shareOf(stored), plan))
    if (answer?.kind === 'replayed') await plans.finishOf(answer.share.id)
    return answer
  }

  /** It stands from here on. What keeps it from being finished now is met, and told of, by the next repair. */
  const accepted = async (
    share: ShareDocument,
    plan: PlanPart,
    { deliveries }: Addition,
  ): Promise<AcceptResult> => {
    await plans.finish({ ...share, plans: [plan] }).catch(() => undefined)
    const added = plannedDeliveries(share, plan, deliveries)
    return {
      kind: 'accepted',
      share: shareOf(share),
      added: added.map((one) => viewOf(one, plan.at)),
    }
  }

  const store = async (plan: SharePlan, counted: Counted): Promise<AcceptResult> => {
    const { turn, adds } = counted
    const { idempotency } = plan
    const document = shareDocument(plannedShare(plan, turn.at, turn.now), {
      seq: turn.seq,
      deliveries: plan.deliveries.length,
      plans: [{ ...counted.plan, first: 0 }],
      ...(idempotency ? { keys: [keyPart(plan.account, idempotency, turn.now)] } : {}),
    })
    for (let i = 0; i < TRIES; i++) {
      if (await insert(document)) {
        return accepted(document, { ...counted.plan, first: 0 }, plan)
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

  const find = async (plan: ExtendPlan): Promise<Pick<ShareDocument, 'keys'> | null> => {
    const projection = { account: 1, 'keys.until': 1 }
    const share = await db.attempt(() => shares.findOne({ _id: plan.share }, { projection }))
    return share?.account === plan.account ? share : null
  }

  /** Concurrent additions may go a few keys beyond: it keeps the share small, no more. */
  const mustHaveRoom = async ({ keys = [] }: Pick<ShareDocument, 'keys'>): Promise<void> => {
    if (keys.length < MOST_KEYS) return
    const now = await db.readNow()
    const live = keys.map(({ until }) => until).filter((until) => until > now)
    if (live.length < MOST_KEYS) return
    const retryAfterMs = Math.min(...live) - now
    throw refusal('over_quota', 'refusal.extended_often', {
      retryAfterMs,
      values: { limit: MOST_KEYS },
    })
  }

  /** The share with what is added, without its plans; null where the key is taken. Its deliveries are numbered in the same step. */
  const append = async (plan: ExtendPlan, counted: Counted): Promise<ShareDocument | null> => {
    const { idempotency } = plan
    const keyed = idempotency && keyPart(plan.account, idempotency, counted.turn.now)
    const free = keyed ? { 'keys.id': { $ne: keyed.id } } : {}
    const count = plan.deliveries.length
    const add = {
      deliveries: { $add: ['$deliveries', count] },
      plans: joined('$plans', { ...literals(counted.plan), first: '$deliveries' }),
      ...(keyed ? { keys: joined('$keys', literals(keyed)) } : {}),
    }
    try {
      return await db.attempt(() =>
        shares.findOneAndUpdate(
          { _id: plan.share, ...free } as mongo.Filter<ShareDocument>,
          [{ $set: add }],
          { returnDocument: 'after', projection: WITHOUT_PARTS },
        ),
      )
    } catch (error) {
      if (isTaken(error)) return null
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
      const extended = await append(plan, counted)
      if (extended) {
        const first = extended.deliveries - plan.deliveries.length
        return accepted(extended, { ...counted.plan, first }, plan)
      }
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
      const counted = await count(plan.account, plan, 1)
      // A twin of this request may have used up what the quota had left.
      if ('kind' in counted) return (await earlier(plan)) ?? counted
      return store(plan, counted)
    },
    async extend(plan) {
      const share = await find(plan)
      if (!share) return { kind: 'not-found' }
      const before = await replayed(plan)
      if (before) return before
      if (plan.idempotency) await mustHaveRoom(share)
      const counted = await count(plan.account, plan, 0)
      if ('kind' in counted) return (await replayed(plan)) ?? counted
      return changes.watch([plan.share], () => extend(plan, counted))
    },
  }
}

function planPart(addition: Addition, contents: string, at: Instant): Unnumbered {
  const { deadlineMs } = addition
  return { at, dueAt: dueInstant(addition.due, at), deadlineMs, contents }
}

/** A list with one more, as an expression. */
function joined(list: string, one: object): object {
  return { $concatArrays: [{ $ifNull: [list, []] }, [one]] }
}

function literals(part: object): object {
  return Object.fromEntries(Object.entries(part).map(([path, value]) => [path, literal(value)]))
}

function tooOften(): PassalongError {
  return new PassalongError('internal', 'A share was written too often at a time.')
}
