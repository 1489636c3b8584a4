import type { Address, ChannelName, ConnectionRef, Via } from '#core/address.ts'
import type { ReplyMeaning } from '#core/consent.ts'
import type { Outcome, ReceiptVerdict } from '#core/delivery.ts'
import type { ConnectionId, DeliveryId } from '#core/ids.ts'
import type { Message, Rendered } from '#core/message/message.ts'
import type { Bucket } from './rates.ts'

/** What the platform behind a channel can do; the engine asks these, never names. */
export interface ChannelCaps {
  /** The provider takes the same idempotency key twice without a second message. */
  readonly idempotent: boolean
  /** Delivery receipts come back. */
  readonly receipts: boolean
  /** A message that went out can be taken away again. */
  readonly recall: boolean
  /**
   * `any`: every process may send. `single`: only the one that holds the connection's lease, in the role
   * named (SMPP in a worker, Matrix among the bots).
   */
  readonly placement: 'any' | { readonly single: 'worker' | 'bots' }
  /**
   * Its connections stand in for one another (SMS gateways): their deliveries wait in one queue, and each send
   * takes the first of `routes` that is up. Else a delivery belongs to its connection (a Slack workspace).
   */
  readonly shared: boolean
  /** Sends that may run at once in one process. */
  readonly concurrency: number
}

/** What is known about an address and needed again: a Telegram chat id, a Slack DM id, a Matrix room. */
export type Reach = Readonly<Record<string, string>>

/** What one send takes. */
export interface Estimate {
  /** Rate units that the send takes: segments for SMS, else 1. */
  readonly cost: number
  /** SMS and WAP push alone. */
  readonly segments?: number
}

/** One send of one delivery. */
export interface SendContext {
  readonly deliveryId: DeliveryId
  readonly address: Address
  readonly connection: ConnectionId
  /** 1 for the first send. */
  readonly attempt: number
  /** The same for every attempt of a delivery. */
  readonly idempotencyKey: string
  readonly reach: Reach | null
  /** The recipient's own link, for what keeps a message instead of sending it. */
  readonly link: string
  /** Ends before the lease does: whatever is still open then is given up. */
  readonly signal: AbortSignal
}

/** What a send came to, and what is learned from it. */
export interface SendResult {
  readonly outcome: Outcome
  /** What receipts and recall will name it by. */
  readonly providerIds: readonly string[]
  /** Learned by this send and kept for the next. */
  readonly reach?: Reach
}

/** Whether a connection works now; `detail` is for the operator. */
export type ProbeResult = { readonly up: true } | { readonly up: false; readonly detail: string }

/** Who is behind a handle. */
export type Resolved =
  | { readonly kind: 'address'; readonly address: Address }
  /** Nobody there by that name. */
  | { readonly kind: 'unknown' }
  /** Cannot be told now: keep the handle, find out when sending. */
  | { readonly kind: 'later' }

/** A provider's later word on a message, by the id that it gave it. */
export interface Receipt {
  readonly connection: ConnectionRef
  readonly providerId: string
  readonly verdict: ReceiptVerdict
}

/** What a recipient wrote back. */
export interface Reply {
  readonly connection: ConnectionRef
  readonly from: Address
  readonly text: string
  /** The provider's id of the inbound message: the same one comes once. */
  readonly inboundId: string
  /** The word that the provider took it for and has answered itself: it counts, and is not answered again. */
  readonly answered?: Exclude<ReplyMeaning, 'other'>
}

/** Where a channel hands what comes back. Each call resolves only when it is stored; only then acknowledge. */
export interface ChannelSink {
  receipt(receipt: Receipt): Promise<void>
  reply(reply: Reply): Promise<void>
  /** By a button or a command. A text is a reply, so that it counts once and in its order. */
  stop(from: Address, scope: 'all' | 'resume'): Promise<void>
  reach(address: Address, reach: Reach): Promise<void>
}

/** A provider's call as it came, so that its signature can be checked. Names of headers are lower-case. */
export interface HookRequest {
  readonly method: string
  readonly path: string
  /** Read as UTF-8; of each name the first. */
  readonly query: Readonly<Record<string, string>>
  /** The query as it came, percent-encoded, with its `?`: for texts in other charsets. Empty where there is none. */
  readonly search: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What the provider is answered. */
export interface HookAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A route below `/hooks/` for what a provider calls back. */
export interface Hook {
  readonly method: 'GET' | 'POST'
  /** Below `/hooks/`, without a leading slash: `sms/kannel/dlr`. */
  readonly path: string
  /** Answers only once the sink has stored what came. What it throws is answered 5xx: the provider calls again. */
  handle(request: HookRequest, sink: ChannelSink): Promise<HookAnswer>
}

/**
 * A way to reach people. `createXChannel(config, deps)`; the SDK behind it is imported by its factory alone,
 * and no type of it shows here.
 */
export interface Channel {
  readonly name: ChannelName
  /** What `via` says of deliveries that it carries. */
  readonly via: Via
  readonly caps: ChannelCaps
  readonly connections: readonly ConnectionRef[]
  /** The connections that can carry to the address, the preferred one first. Never empty. */
  routes(address: Address): readonly ConnectionId[]
  /** The buckets that a send to the address by the connection passes, with what it takes of each. */
  buckets(address: Address, cost: number, connection: ConnectionId): readonly Bucket[]
  /** What will go out, complete: the outbox, previews and tests show exactly this. */
  render(message: Message): Rendered
  estimate(rendered: Rendered): Estimate
  /** Never throws for what the provider does: that is an outcome. */
  send(rendered: Rendered, context: SendContext): Promise<SendResult>
  /** Takes messages away where the platform can. */
  recall(
    providerIds: readonly string[],
    context: { readonly address: Address; readonly connection: ConnectionId },
  ): Promise<'removed' | 'not-removed'>
  probe(connection: ConnectionId): Promise<ProbeResult>
  resolve(handle: Address): Promise<Resolved>
  /** A channel that was stopped sends again from then on: a lease may come back to where it was lost. */
  start(sink: ChannelSink): Promise<void>
  stop(): Promise<void>
  readonly hooks: readonly Hook[]
}
