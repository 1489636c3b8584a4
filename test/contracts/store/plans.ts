import { randomBytes } from 'node:crypto'
import { DEFAULT_PERMISSIONS } from '#core/account.ts'
import type { Address, ChannelName } from '#core/address.ts'
import type { Settlement } from '#core/delivery.ts'
import {
  type AccountId,
  type ConnectionId,
  type DeliveryId,
  deliveryId,
  type EndpointKey,
  newAccountId,
  newCode,
  newShareId,
  type ShareId,
} from '#core/ids.ts'
import type { Delivery } from '#core/share.ts'
import type { NewAccount } from '#ports/store/accounts.ts'
import type {
  ClaimRequest,
  ClaimResult,
  DueRequest,
  Lease,
  SettleRequest,
  SettleResult,
} from '#ports/store/deliveries.ts'
import type { ExtendPlan, PlannedDelivery, SharePlan } from '#ports/store/shares.ts'
import type { Store } from '#ports/store/store.ts'
import { LEASE_MS } from './harness.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export function someAccount(): AccountId {
  return newAccountId(randomBytes)
}

let members = 0

/** A member of a name of its own. */
export function newAccount(more: Partial<NewAccount> = {}): NewAccount {
  members++
  return {
    id: someAccount(),
    username: `ann${members}`,
    displayName: 'Ann Lee 李',
    role: 'member',
    email: null,
    emailVerifiedAt: null,
    vouched: true,
    allowReplies: false,
    locale: null,
    timeZone: null,
    permissions: DEFAULT_PERMISSIONS,
    passwordHash: null,
    ...more,
  }
}

export interface To {
  readonly value?: string
  readonly channel?: ChannelName
  readonly connection?: string
  readonly name?: string | null
}

let serial = 0
export function someAddress(): string {
  serial++
  return `person${serial}@example.org`
}

export function planned(share: ShareId, account: AccountId, n: number, to: To): PlannedDelivery {
  const channel = to.channel ?? 'email'
  const address: Address = { channel, value: to.value ?? someAddress() }
  return {
    n,
    code: newCode(share, randomBytes),
    recipient: address.value,
    name: to.name ?? null,
    address,
    endpoint: endpointKey(address.value),
    lane: { channel, connection: (to.connection ?? 'default') as ConnectionId, account },
    cost: 1,
    replaces: null,
  }
}

/** Stands in for the keyed hash: the same address, the same key. */
export function endpointKey(value: string): EndpointKey {
  return `key:${value}` as EndpointKey
}

export type PlanOptions = Partial<Omit<SharePlan, 'deliveries'>> & {
  readonly to?: readonly To[]
  readonly now?: number
}

export function sharePlan({ to = [{}], now = Date.now(), ...more }: PlanOptions = {}): SharePlan {
  const id = more.id ?? newShareId(now, randomBytes)
  const account = more.account ?? someAccount()
  return {
    id,
    account,
    target: { kind: 'page', url: 'https://example.org/a', title: 'A page' },
    note: 'look at this',
    tracking: 'full',
    locale: 'en',
    due: { inMs: 0 },
    deadlineMs: 72 * HOUR,
    expiresAt: null,
    idempotency: null,
    quota: null,
    ...more,
    deliveries: to.map((one, n) => planned(id, account, n, one)),
  }
}

export function extendPlan(
  share: ShareId,
  account: AccountId,
  to: readonly To[],
  more: Partial<ExtendPlan> = {},
): ExtendPlan {
  return {
    share,
    account,
    due: { inMs: 0 },
    deadlineMs: 72 * HOUR,
    idempotency: null,
    quota: null,
    deliveries: to.map((one, n) => planned(share, account, n, one)),
    ...more,
  }
}

/** Accepts a share of one delivery and names it. */
export async function acceptOne(
  store: Store,
  to: To = {},
  more: PlanOptions = {},
): Promise<{ id: DeliveryId; share: ShareId; account: AccountId }> {
  const plan = sharePlan({ ...more, to: [to] })
  const { kind } = await store.shares.accept(plan)
  if (kind !== 'accepted') throw new Error(kind)
  return { id: deliveryId(plan.id, 0), share: plan.id, account: plan.account }
}

export async function deliveryNow(store: Store, id: DeliveryId): Promise<Delivery> {
  const delivery = await store.deliveries.get(id)
  if (!delivery) throw new Error('no such delivery')
  return delivery
}

let holders = 0
export async function claimNow(
  store: Store,
  id: DeliveryId,
  more: Partial<ClaimRequest> = {},
): Promise<ClaimResult> {
  const epoch = more.epoch ?? (await deliveryNow(store, id)).epoch
  const holder = `holder-${++holders}`
  return store.deliveries.claim(id, { holder, leaseMs: LEASE_MS, cap: null, ...more, epoch })
}

export type Claimed = Extract<ClaimResult, { kind: 'claimed' }>

export async function claimed(
  store: Store,
  id: DeliveryId,
  more: Partial<ClaimRequest> = {},
): Promise<Claimed> {
  const result = await claimNow(store, id, more)
  if (result.kind !== 'claimed') throw new Error(`not claimed: ${result.kind}`)
  return result
}

export function settlement(more: Partial<Settlement> = {}): Settlement {
  return {
    state: 'accepted',
    reason: null,
    detail: null,
    dueInMs: null,
    attempts: 1,
    unknowns: 0,
    ...more,
  }
}

export function retryIn(dueInMs: number): Settlement {
  return settlement({ state: 'queued', reason: 'retrying', dueInMs })
}

export function settleNow(
  store: Store,
  lease: Lease,
  what: Settlement = settlement(),
  more: Partial<SettleRequest> = {},
): Promise<SettleResult> {
  const request = { settlement: what, via: 'email', providerIds: [], reach: null, ...more } as const
  return store.deliveries.settle(lease, request)
}

/** No busy machine takes so long between a claim and its settle. */
const LONG_LEASE_MS = 3_600_000

/** Claims and settles in one go. */
export async function sendOne(
  store: Store,
  id: DeliveryId,
  what: Settlement = settlement(),
  more: Partial<SettleRequest> = {},
): Promise<Delivery> {
  const { lease } = await claimed(store, id, { leaseMs: LONG_LEASE_MS })
  const result = await settleNow(store, lease, what, more)
  if (result.kind !== 'settled') throw new Error('fenced')
  return result.delivery
}

export function dueRequest(more: Partial<DueRequest> = {}): DueRequest {
  return { perLane: 10, lanes: 100, channels: ['email'], except: [], ...more }
}
