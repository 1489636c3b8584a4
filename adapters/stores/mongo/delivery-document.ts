import type { Schema } from 'mongoose'
import {
  type Address,
  type ChannelName,
  type ConnectionRef,
  connectionKey,
  laneKey,
  type Via,
} from '#core/address.ts'
import { type DeliveryState, isFinal, type Reason } from '#core/delivery.ts'
import { PassalongError } from '#core/errors.ts'
import type {
  AccountId,
  Code,
  ConnectionId,
  DeliveryId,
  EndpointKey,
  Instant,
  ShareId,
} from '#core/ids.ts'
import { isAnybodyOpen, readArrivals, writeArrivals } from '../arrival-steps.ts'
import type { StoredDelivery } from '../stored-delivery.ts'
import { documentSchema, partSchema } from './schema.ts'

/** Stands only while somebody must look again. */
interface DuePart {
  readonly lane: string
  readonly channel: ChannelName
  readonly at: Instant
}

/** What a sweep comes for next: the deadline of what goes on, the blanking of what is final; then nothing. */
interface SweepPart {
  readonly for: 'deadline' | 'blanking'
  readonly at: Instant
}

/**
 * A delivery. A share's deliveries lie together by `_id`. What is null is left out, so that indexes hold only
 * what is looked for. Times in ms.
 */
export interface DeliveryDocument {
  readonly _id: DeliveryId
  readonly share: ShareId
  readonly n: number
  readonly account: AccountId
  readonly code: Code
  readonly channel: ChannelName
  readonly connection: ConnectionId
  readonly endpoint: EndpointKey
  readonly cost: number
  readonly state: DeliveryState
  readonly attempts: number
  readonly unknowns: number
  readonly epoch: number
  readonly deadlineAt: Instant
  readonly changedAt: Instant
  readonly recipient?: string
  readonly name?: string
  /** On the delivery's channel. */
  readonly address?: string
  readonly reason?: Reason
  readonly detail?: string
  readonly via?: Via
  readonly acceptedAt?: Instant
  readonly recalledAt?: Instant
  readonly replaces?: DeliveryId
  readonly holder?: string
  readonly countedAt?: Instant
  readonly providerIds?: readonly string[]
  readonly due?: DuePart
  readonly sweep?: SweepPart
  /** By what else it is found: `toKey` of its address, `refKey` of each provider id. */
  readonly finds?: readonly string[]
  /** Who came by its invitation while it waits, as JSON. */
  readonly arrivals?: string
  /** Its own id, while somebody's answer about one of them is waited for. */
  readonly arrived?: DeliveryId
  /** Names the last write, and the ones before it (`stamped.ts`). */
  readonly stamp: string
  readonly stamps?: readonly string[]
}

export const deliverySchema: Schema<DeliveryDocument> = documentSchema<DeliveryDocument>({
  _id: String,
  share: String,
  n: Number,
  account: String,
  code: String,
  channel: String,
  connection: String,
  endpoint: String,
  cost: Number,
  state: String,
  attempts: Number,
  unknowns: Number,
  epoch: Number,
  deadlineAt: Number,
  changedAt: Number,
  recipient: String,
  name: String,
  address: String,
  reason: String,
  detail: String,
  via: String,
  acceptedAt: Number,
  recalledAt: Number,
  replaces: String,
  holder: String,
  countedAt: Number,
  providerIds: { type: [String], default: undefined },
  due: partSchema<DuePart>({ lane: String, channel: String, at: Number }),
  sweep: partSchema<SweepPart>({ for: String, at: Number }),
  finds: { type: [String], default: undefined },
  arrivals: String,
  arrived: String,
  stamp: String,
  stamps: { type: [String], default: undefined },
})

/** Where the deliveries of a share lie. */
export function rangeOf(share: ShareId): { readonly $gte: string; readonly $lt: string } {
  return { $gte: `${share}-`, $lt: `${share}.` }
}

export function toKey({ channel, value }: Address): string {
  return `to:${channel}/${value}`
}

export function refKey(connection: ConnectionRef, providerId: string): string {
  return `ref:${connectionKey(connection)}/${providerId}`
}

export function deliveryOf(document: DeliveryDocument): StoredDelivery {
  const { channel, connection, account, address } = document
  return {
    id: document._id,
    share: document.share,
    n: document.n,
    account,
    code: document.code,
    recipient: document.recipient ?? null,
    name: document.name ?? null,
    address: address === undefined ? null : { channel, value: address },
    endpoint: document.endpoint,
    lane: { channel, connection, account },
    cost: document.cost,
    state: document.state,
    reason: document.reason ?? null,
    detail: document.detail ?? null,
    via: document.via ?? null,
    attempts: document.attempts,
    unknowns: document.unknowns,
    epoch: document.epoch,
    dueAt: document.due?.at ?? null,
    deadlineAt: document.deadlineAt,
    changedAt: document.changedAt,
    acceptedAt: document.acceptedAt ?? null,
    recalledAt: document.recalledAt ?? null,
    providerIds: document.providerIds ?? [],
    replaces: document.replaces ?? null,
    holder: document.holder ?? null,
    countedAt: document.countedAt ?? null,
    arrivals: readArrivals(document.arrivals),
  }
}

/** What a document says of a delivery, apart from the stamp. */
export type DeliveryFields = Omit<DeliveryDocument, 'stamp' | 'stamps'>

export function fieldsOf(delivery: StoredDelivery): DeliveryFields {
  const { lane, address } = delivery
  if (address && address.channel !== lane.channel) {
    throw new PassalongError('internal', 'A delivery goes by the lane of its own channel.')
  }
  return {
    _id: delivery.id,
    share: delivery.share,
    n: delivery.n,
    account: delivery.account,
    code: delivery.code,
    channel: lane.channel,
    connection: lane.connection,
    endpoint: delivery.endpoint,
    cost: delivery.cost,
    state: delivery.state,
    attempts: delivery.attempts,
    unknowns: delivery.unknowns,
    epoch: delivery.epoch,
    deadlineAt: delivery.deadlineAt,
    changedAt: delivery.changedAt,
    ...present({
      recipient: delivery.recipient,
      name: delivery.name,
      address: address?.value ?? null,
      reason: delivery.reason,
      detail: delivery.detail,
      via: delivery.via,
      acceptedAt: delivery.acceptedAt,
      recalledAt: delivery.recalledAt,
      replaces: delivery.replaces,
      holder: delivery.holder,
      countedAt: delivery.countedAt,
      providerIds: filled(delivery.providerIds),
      due: dueOf(delivery),
      sweep: sweepOf(delivery),
      finds: filled(findsOf(delivery)),
      arrivals: writeArrivals(delivery),
      arrived: isAnybodyOpen(delivery) ? delivery.id : null,
    }),
  }
}

function dueOf({ dueAt, lane }: StoredDelivery): DuePart | null {
  return dueAt === null ? null : { lane: laneKey(lane), channel: lane.channel, at: dueAt }
}

function sweepOf(delivery: StoredDelivery): SweepPart | null {
  if (!isFinal(delivery.state)) return { for: 'deadline', at: delivery.deadlineAt }
  return delivery.recipient === null ? null : { for: 'blanking', at: delivery.changedAt }
}

function findsOf({ address, lane, providerIds }: StoredDelivery): readonly string[] {
  const refs = providerIds.map((id) => refKey(lane, id))
  return address ? [toKey(address), ...refs] : refs
}

function filled<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list
}

type Present<T> = { readonly [K in keyof T]?: NonNullable<T[K]> }

function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null),
  ) as Present<T>
}
