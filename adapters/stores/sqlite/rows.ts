import type { Account } from '#core/account.ts'
import type { ChannelName, Via } from '#core/address.ts'
import { type DeliveryState, isFinal, type Reason } from '#core/delivery.ts'
import {
  type AccountId,
  type Code,
  type ConnectionId,
  type DeliveryId,
  deliveryId,
  type EndpointKey,
  type Instant,
  type ShareId,
} from '#core/ids.ts'
import type { Share, Tracking } from '#core/share.ts'
import type { StoredDelivery } from '../delivery-steps.ts'

export interface ShareRow {
  readonly id: ShareId
  readonly account: AccountId
  readonly target: string
  readonly note: string
  readonly tracking: Tracking
  readonly locale: string
  readonly created_at: Instant
  readonly send_at: Instant | null
  readonly expires_at: Instant | null
  readonly cancelled_at: Instant | null
  readonly recalled_at: Instant | null
  readonly revision: number
  readonly next_n: number
}

export function shareOf(row: ShareRow): Share {
  return {
    id: row.id,
    account: row.account,
    target: JSON.parse(row.target),
    note: row.note,
    tracking: row.tracking,
    locale: row.locale,
    createdAt: row.created_at,
    sendAt: row.send_at,
    expiresAt: row.expires_at,
    cancelledAt: row.cancelled_at,
    recalledAt: row.recalled_at,
    revision: row.revision,
  }
}

export interface DeliveryRow {
  readonly share: ShareId
  readonly n: number
  readonly code: Code
  readonly account: AccountId
  readonly channel: ChannelName
  readonly connection: ConnectionId
  readonly value: string | null
  readonly recipient: string | null
  readonly name: string | null
  readonly endpoint: EndpointKey
  readonly cost: number
  readonly replaces: DeliveryId | null
  readonly state: DeliveryState
  readonly reason: Reason | null
  readonly detail: string | null
  readonly via: Via | null
  readonly attempts: number
  readonly unknowns: number
  readonly epoch: number
  readonly holder: string | null
  readonly due_at: Instant | null
  readonly deadline_at: Instant
  readonly changed_at: Instant
  readonly accepted_at: Instant | null
  readonly recalled_at: Instant | null
  readonly counted_at: Instant | null
  readonly final_at: Instant | null
  readonly provider_ids: string | null
}

export function deliveryOf(row: DeliveryRow): StoredDelivery {
  const { account, channel, connection } = row
  return {
    id: deliveryId(row.share, row.n),
    share: row.share,
    n: row.n,
    account,
    code: row.code,
    recipient: row.recipient,
    name: row.name,
    address: row.value === null ? null : { channel, value: row.value },
    endpoint: row.endpoint,
    lane: { channel, connection, account },
    cost: row.cost,
    state: row.state,
    reason: row.reason,
    detail: row.detail,
    via: row.via,
    attempts: row.attempts,
    unknowns: row.unknowns,
    epoch: row.epoch,
    dueAt: row.due_at,
    deadlineAt: row.deadline_at,
    changedAt: row.changed_at,
    acceptedAt: row.accepted_at,
    recalledAt: row.recalled_at,
    providerIds: row.provider_ids === null ? [] : JSON.parse(row.provider_ids),
    replaces: row.replaces,
    holder: row.holder,
    countedAt: row.counted_at,
  }
}

/** Since when the delivery is final: what blanking goes by. */
export function finalAtOf(delivery: StoredDelivery): Instant | null {
  return isFinal(delivery.state) ? delivery.changedAt : null
}

export interface AccountRow {
  readonly id: AccountId
  readonly username: string
  readonly display_name: string
  readonly role: Account['role']
  readonly email: string | null
  readonly email_verified_at: Instant | null
  readonly vouched: number
  readonly allow_replies: number
  readonly locale: Account['locale']
  readonly time_zone: string | null
  readonly permissions: string
  readonly created_at: Instant
}

export function accountOf(row: AccountRow): Account {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    role: row.role,
    email: row.email,
    emailVerifiedAt: row.email_verified_at,
    vouched: row.vouched === 1,
    allowReplies: row.allow_replies === 1,
    locale: row.locale,
    timeZone: row.time_zone,
    permissions: JSON.parse(row.permissions),
    createdAt: row.created_at,
  }
}
