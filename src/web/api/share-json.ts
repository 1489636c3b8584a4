import type { Instant } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { SmsCost } from '#core/sms-price.ts'
import type { Target } from '#core/target.ts'
import type {
  AcceptedShare,
  DeliveryView,
  ShareEstimate,
  ShareView,
  Warning,
} from '#engine/engine.ts'
import type { ShareSummary } from '#ports/store/shares.ts'
import type {
  CostJson,
  DeliveryJson,
  EstimateJson,
  ShareJson,
  ShareSummaryJson,
  TargetJson,
  WarningJson,
} from './share-schemas.ts'

/** From the engine's views to the contract's JSON, field by field: nothing leaves that is not named here. */

export function acceptedJson(accepted: AcceptedShare): ShareJson {
  return {
    ...shareJson(accepted.share),
    rejected: accepted.rejected.map(({ recipient, code, detail }) => ({ recipient, code, detail })),
    warnings: accepted.warnings.map(warningJson),
    estimate: accepted.estimate && estimateJson(accepted.estimate),
  }
}

export function shareJson(view: ShareView): ShareJson {
  return {
    ...headJson(view),
    deliveries: view.deliveries.map(deliveryJson),
    rejected: [],
    warnings: [],
    cost: costJson(view.cost),
    estimate: null,
  }
}

export function summaryJson(summary: ShareSummary): ShareSummaryJson {
  return {
    ...headJson(summary.share),
    states: { ...summary.states },
    opened: summary.opened,
    total: summary.total,
  }
}

type Head = Pick<
  Share,
  | 'id'
  | 'target'
  | 'note'
  | 'tracking'
  | 'createdAt'
  | 'sendAt'
  | 'expiresAt'
  | 'cancelledAt'
  | 'recalledAt'
  | 'revision'
>

function headJson(share: Head) {
  return {
    id: share.id,
    target: targetJson(share.target),
    note: share.note,
    tracking: share.tracking,
    createdAt: timeJson(share.createdAt),
    sendAt: optionalTime(share.sendAt),
    expiresAt: optionalTime(share.expiresAt),
    cancelledAt: optionalTime(share.cancelledAt),
    recalledAt: optionalTime(share.recalledAt),
    revision: share.revision,
  }
}

export function deliveryJson(view: DeliveryView): DeliveryJson {
  return {
    id: view.id,
    recipient: view.recipient,
    name: view.name,
    channel: view.channel,
    address: view.address,
    state: view.state,
    link: view.link,
    via: view.via,
    attempts: view.attempts,
    tracked: view.tracked,
    firstOpenedAt: optionalTime(view.firstOpenedAt),
    opens: view.opens,
    doubtful: view.doubtful,
    error: view.error ? { code: view.error.code, detail: view.error.detail } : null,
    dueAt: optionalTime(view.dueAt),
    changedAt: timeJson(view.changedAt),
    replaces: view.replaces,
  }
}

function targetJson(target: Target): TargetJson {
  const { kind, url, title } = target
  switch (target.kind) {
    case 'page':
      return { kind, url, title }
    case 'media':
      return { kind, url, title, media: target.media }
    case 'phone':
      return {
        kind,
        url,
        title,
        number: target.number,
        region: target.region,
        postdial: target.postdial,
      }
    default:
      return target satisfies never
  }
}

function costJson({ segments, messages, prices, unpriced }: SmsCost): CostJson {
  const sums = prices.map(({ amount, currency }) => ({ amount, currency }))
  return { segments, messages, prices: sums, unpriced }
}

function estimateJson(estimate: ShareEstimate): EstimateJson {
  const { atMost, saved, shortenedTo, seconds } = estimate
  return { ...costJson(estimate), atMost, saved, shortenedTo, seconds }
}

function warningJson(warning: Warning): WarningJson {
  return { ...warning }
}

export function timeJson(at: Instant): string {
  return new Date(at).toISOString()
}

export function optionalTime(at: Instant | null): string | null {
  return at === null ? null : timeJson(at)
}
