import type { ConnectionRef, Via } from '#core/address.ts'
import type { DeliveryId, Instant } from '#core/ids.ts'
import type { Rendered } from '#core/message/message.ts'
import type { Page, PageRequest } from './page.ts'

/** A connection that is down, since when and why. */
export interface ConnectionState {
  readonly connection: ConnectionRef
  readonly since: Instant
  readonly detail: string
}

/** What all processes know of connections. */
export interface ConnectionStore {
  /** Down until `resume`: its deliveries stay queued. True: it was up before. */
  pause(connection: ConnectionRef, detail: string): Promise<boolean>
  /** True: it was down before. */
  resume(connection: ConnectionRef): Promise<boolean>
  down(): Promise<readonly ConnectionState[]>
  /** A lease on a name (a bot's poller, a single-placed connection); true while this holder has it. */
  hold(name: string, holder: string, leaseMs: number): Promise<boolean>
  release(name: string, holder: string): Promise<void>
}

/** A message that was kept instead of sent. */
export interface KeptMessage {
  readonly delivery: DeliveryId
  readonly at: Instant
  readonly rendered: Rendered
  /** The recipient as written, for the label "open as Bob"; null once blanked. */
  readonly recipient: string | null
  readonly link: string
  readonly via: Via
}

/** Messages kept instead of sent; mail of the service itself among them, by an id of no delivery. */
export interface OutboxStore {
  /** The same delivery twice is kept once. */
  keep(delivery: DeliveryId, rendered: Rendered, link: string): Promise<void>
  /** Newest first. */
  page(request: PageRequest): Promise<Page<KeptMessage>>
  get(delivery: DeliveryId): Promise<KeptMessage | null>
  remove(delivery: DeliveryId): Promise<boolean>
  /** Forgets what has been kept for longer, at most so many; returns how many. */
  forget(olderThanMs: number, limit: number): Promise<number>
}
