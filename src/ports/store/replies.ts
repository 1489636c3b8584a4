import type { Address, ChannelName, ConnectionRef } from '#core/address.ts'
import type { ReplyMeaning } from '#core/consent.ts'
import type { DeliveryId, EndpointKey, Instant, ReplyId, ShareId } from '#core/ids.ts'
import type { Page, PageRequest } from './page.ts'

/** What a recipient wrote back, as it is kept. */
export interface KeptReply {
  readonly id: ReplyId
  readonly connection: ConnectionRef
  readonly at: Instant
  readonly endpoint: EndpointKey
  /** Null once blanked, as the text. */
  readonly from: Address | null
  /** Cleaned and bounded. */
  readonly text: string | null
  readonly means: ReplyMeaning
  /** By which the endpoint had been written to last. */
  readonly delivery: DeliveryId | null
  /** The delivery's share, whose sender is to read it; null: nobody is. */
  readonly share: ShareId | null
}

/** A reply as it came. */
export interface NewReply extends Omit<KeptReply, 'at' | 'from' | 'text'> {
  readonly from: Address
  readonly text: string
}

/** What is owed for a reply: to whom it came from, or (`forward`) to the sender it is for. */
export const ANSWER_KINDS = ['stop', 'start', 'help', 'forward'] as const
export type AnswerKind = (typeof ANSWER_KINDS)[number]

/** An answer that is to be owed. */
export interface NewAnswer {
  readonly kind: AnswerKind
  /** On which it goes out. */
  readonly channel: ChannelName
  /** Not owed where another answer of the same key has been, so long ago at most; null: ever. */
  readonly once: { readonly key: string; readonly withinMs: number | null }
  /** Not owed where what it tells of began longer ago than that, by the store's clock. */
  readonly fresh: { readonly since: Instant; readonly withinMs: number } | null
  /** What it is counted with, over all processes; null: with nothing. */
  readonly budget: Budget | null
}

/** How many answers may be owed together. */
export interface Budget {
  /** Of all that count together. */
  readonly key: string
  /** Not owed where any of these is used up by those that were owed before, whatever they were limited by. */
  readonly limits: readonly { readonly most: number; readonly withinMs: number }[]
}

/** What a process asks for that sends answers on a channel. */
export interface AnswerRequest {
  readonly channel: ChannelName
  readonly limit: number
  readonly leaseMs: number
}

/** Proof that an answer is held. */
export interface AnswerLease {
  readonly reply: ReplyId
  /** Raised by each claim: the fence. */
  readonly epoch: number
}

/** An answer that is owed and due, held by whoever got it. */
export interface OwedAnswer {
  readonly lease: AnswerLease
  readonly reply: KeptReply
  readonly kind: AnswerKind
  readonly channel: ChannelName
  /** Sends that failed. */
  readonly attempts: number
  /** Sends that may have gone out; a claim counts the one whose lease ran out before it. */
  readonly unknowns: number
}

/** What became of an answer that was held. */
export type AnswerSettlement =
  /** Sent, or given up. */
  | { readonly kind: 'done' }
  /** To be tried again; what this try adds. */
  | {
      readonly kind: 'again'
      readonly inMs: number
      readonly attempts: 0 | 1
      readonly unknowns: 0 | 1
    }

/** The last stop or start that an endpoint sent. */
export interface ConsentWord {
  readonly reply: ReplyId
  readonly means: 'stop' | 'start'
  readonly at: Instant
}

/** What recipients write back, and the answers that are owed for it. */
export interface ReplyStore {
  has(id: ReplyId): Promise<boolean>
  /**
   * Keeps a reply with what is owed for it, in one step; one of a share raises the share's revision. False: it was
   * kept before, and nothing was changed.
   */
  keep(reply: NewReply, owed: NewAnswer | null): Promise<boolean>
  /** Null where the endpoint sent none. Of a stop and a start of the same moment, the stop. */
  lastWord(endpoint: EndpointKey): Promise<ConsentWord | null>
  /** A share's, newest first. */
  ofShare(share: ShareId, request: PageRequest): Promise<Page<KeptReply>>
  /** Takes answers that are due, the longest owed first, each for as long as its lease. */
  claim(request: AnswerRequest): Promise<readonly OwedAnswer[]>
  /** False: another has claimed it since, and nothing was written. */
  settle(lease: AnswerLease, settlement: AnswerSettlement): Promise<boolean>
  /**
   * Of replies that old, at most so many: blanks those of shares, forgets the others. No answer to them is owed any
   * more. Returns how many.
   */
  purge(olderThanMs: number, limit: number): Promise<number>
}
