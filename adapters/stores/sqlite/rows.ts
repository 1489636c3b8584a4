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
import { readArrivals } from '../arrival-steps.ts'
import type { StoredDelivery } from '../stored-delivery.ts'

/** Wide rows are read as tuples: making an object of each costs several times the read. */
export const SHARE_COLUMNS = `
  id, account, target, note, tracking, locale, created_at, send_at, expires_at,
  cancelled_at, recalled_at, revision`

export type ShareRow = readonly [
  id: ShareId,
  account: AccountId,
  target: string,
  note: string,
  tracking: Tracking,
  locale: string,
  createdAt: Instant,
  sendAt: Instant | null,
  expiresAt: Instant | null,
  cancelledAt: Instant | null,
  recalledAt: Instant | null,
  revision: number,
]

export function shareOf(row: ShareRow): Share {
  const [id, account, target, note, tracking, locale, createdAt, sendAt, expiresAt, ...fate] = row
  const [cancelledAt, recalledAt, revision] = fate
  return {
    id,
    account,
    target: JSON.parse(target),
    note,
    tracking,
    locale,
    createdAt,
    sendAt,
    expiresAt,
    cancelledAt,
    recalledAt,
    revision,
  }
}

export const DELIVERY_COLUMNS = `
  share, n, code, account, channel, connection, value, recipient, name, endpoint, cost,
  replaces, state, reason, detail, via, attempts, unknowns, epoch, holder, due_at,
  deadline_at, changed_at, accepted_at, recalled_at, counted_at, provider_ids, arrivals`

export type DeliveryRow = readonly [
  share: ShareId,
  n: number,
  code: Code,
  account: AccountId,
  channel: ChannelName,
  connection: ConnectionId,
  value: string | null,
  recipient: string | null,
  name: string | null,
  endpoint: EndpointKey,
  cost: number,
  replaces: DeliveryId | null,
  state: DeliveryState,
  reason: Reason | null,
  detail: string | null,
  via: Via | null,
  attempts: number,
  unknowns: number,
  epoch: number,
  holder: string | null,
  dueAt: Instant | null,
  deadlineAt: Instant,
  changedAt: Instant,
  acceptedAt: Instant | null,
  recalledAt: Instant | null,
  countedAt: Instant | null,
  providerIds: string | null,
  arrivals: string | null,
]

export function deliveryOf(row: DeliveryRow): StoredDelivery {
  const [
    share,
    n,
    code,
    account,
    channel,
    connection,
    value,
    recipient,
    name,
    endpoint,
    cost,
    replaces,
    state,
    reason,
    detail,
    via,
    attempts,
    unknowns,
    epoch,
    holder,
    dueAt,
    deadlineAt,
    changedAt,
    acceptedAt,
    recalledAt,
    countedAt,
    providerIds,
    arrivals,
  ] = row
  return {
    id: deliveryId(share, n),
    share,
    n,
    account,
    code,
    recipient,
    name,
    address: value === null ? null : { channel, value },
    endpoint,
    lane: { channel, connection, account },
    cost,
    state,
    reason,
    detail,
    via,
    attempts,
    unknowns,
    epoch,
    dueAt,
    deadlineAt,
    changedAt,
    acceptedAt,
    recalledAt,
    providerIds: providerIds === null ? [] : JSON.parse(providerIds),
    replaces,
    arrivals: readArrivals(arrivals),
    holder,
    countedAt,
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
