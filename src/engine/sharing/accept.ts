import { randomBytes } from 'node:crypto'
import type { Account } from '#core/account.ts'
import { DEADLINE_MS } from '#core/delivery.ts'
import { PassalongError, type RejectedRecipient } from '#core/errors.ts'
import { type DeliveryId, newShareId, type ShareId } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import { textsFor } from '#locales/texts.ts'
import type { Due, Quota } from '#ports/store/shares.ts'
import type { AcceptOptions, ShareEstimate, ShareRequest, Warning } from '../engine.ts'
import type { SharingDeps } from './deps.ts'
import { createEstimator, type Estimator, estimateAll } from './estimate.ts'
import { keyOf, replayed, type Taken, takenOrThrow } from './idempotency.ts'
import { type PlanContext, planDeliveries } from './plan.ts'
import { readSchedule } from './request.ts'
import {
  expand,
  mustBeSendable,
  rejectedOf,
  sampleMessage,
  situation,
  understand,
} from './understand.ts'

/** What became of a request: its share, who was left out, and what to look at. */
export interface Accepted extends Taken {
  readonly rejected: readonly RejectedRecipient[]
  readonly warnings: readonly Warning[]
  readonly estimate: ShareEstimate | null
}

/** Accepts a share: from here nothing is lost. The dispatcher is rung by the caller, never waited for. */
export async function acceptShare(
  deps: SharingDeps,
  sender: Account,
  request: ShareRequest,
  options: AcceptOptions,
): Promise<Accepted> {
  const texts = textsFor(options.locale)
  const idempotency = keyOf(options, request)
  const replay = await replayed(deps.store.shares, sender.id, idempotency, texts)
  if (replay) return { ...replay, rejected: [], warnings: [], estimate: null }
  const { sendAt, expiresAt } = readSchedule(request, deps.clock.now(), texts)
  const { draft, note, reachable, estimator } = await understand(
    deps,
    sender,
    request,
    options.locale,
  )
  const { rejected, warnings, estimate } = draft
  const partial = request.partial === true
  await mustBeSendable(deps, sender, { reachable, rejected }, { partial, texts })
  const id = newShareId(deps.clock.now(), randomBytes)
  const result = await deps.store.shares.accept({
    id,
    account: sender.id,
    target: draft.target,
    note,
    tracking: strictest(request.tracking, deps.tracking),
    locale: options.locale,
    due: dueOf(sendAt, options, deps.undoMs),
    deadlineMs: DEADLINE_MS,
    expiresAt,
    deliveries: planDeliveries(planContext(deps, sender, id, estimator, null), reachable),
    idempotency,
    quota: quotaOf(sender),
  })
  return { ...takenOrThrow(result, texts), rejected, warnings, estimate }
}

/** Adds people to a share that stands. */
export async function extendShare(
  deps: SharingDeps,
  sender: Account,
  share: Share,
  request: { recipients: readonly string[]; partial: boolean; replaces: DeliveryId | null },
  options: AcceptOptions,
): Promise<Accepted> {
  const texts = textsFor(options.locale)
  const idempotency = keyOf(options, request, share.id)
  const replay = await replayed(deps.store.shares, sender.id, idempotency, texts)
  if (replay) return { ...replay, rejected: [], warnings: [], estimate: null }
  const expansion = await expand(deps, sender, request.recipients, texts)
  const sample = sampleMessage(deps, sender, {
    target: share.target,
    note: share.note,
    locale: options.locale,
    tracked: share.tracking === 'full',
  })
  const rejected = rejectedOf(expansion, texts)
  await mustBeSendable(deps, sender, { ...expansion, rejected }, { ...request, texts })
  const now = deps.clock.now()
  const estimator = createEstimator(deps.channels, sample)
  const estimate = estimateAll(estimator, expansion.reachable, deps.smsPrices)
  const sendAt = share.sendAt !== null && share.sendAt > now ? share.sendAt : null
  const result = await deps.store.shares.extend({
    share: share.id,
    account: sender.id,
    due: dueOf(sendAt, options, deps.undoMs),
    deadlineMs: DEADLINE_MS,
    deliveries: planDeliveries(
      planContext(deps, sender, share.id, estimator, request.replaces),
      expansion.reachable,
    ),
    idempotency,
    quota: quotaOf(sender),
  })
  if (result.kind === 'not-found') throw new PassalongError('not_found', texts('refusal.no_share'))
  const warnings = [...expansion.warnings, ...situation(deps, expansion, estimate)]
  return { ...takenOrThrow(result, texts), rejected, warnings, estimate }
}

/** A share may ask for less tracking than the server does, never for more. */
function strictest(
  wanted: Share['tracking'] | undefined,
  allowed: Share['tracking'],
): Share['tracking'] {
  const order = ['full', 'counts', 'off'] as const
  return order[Math.max(order.indexOf(wanted ?? allowed), order.indexOf(allowed))] ?? allowed
}

function dueOf(sendAt: Share['sendAt'], options: AcceptOptions, undoMs: number): Due {
  if (sendAt !== null) return { at: sendAt }
  return { inMs: options.undo ? undoMs : 0 }
}

function quotaOf(sender: Account): Quota | null {
  return sender.role === 'operator' ? null : sender.permissions
}

function planContext(
  deps: SharingDeps,
  sender: Account,
  share: ShareId,
  estimator: Estimator,
  replaces: DeliveryId | null,
): PlanContext {
  return {
    keys: deps.keys,
    channels: deps.channels,
    randomBytes,
    sender,
    share,
    replaces,
    costOf: (one) => estimator(one)?.estimate.cost ?? 1,
  }
}
