import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet } from '#test/fixtures/fleet.ts'
import type { SmtpSink } from '#test/services/smtp-sink.ts'
import type { DeliveryJson, ShareJson } from '#web/api/share-schemas.ts'
import { AGAIN_MS, askUntilAnswered } from './ask.ts'
import { type Movement, watchMovement } from './movement.ts'

const LOOK_MS = 1_000
const UNDER_WAY: readonly string[] = ['scheduled', 'queued', 'sending', 'waiting']

/** Sends of one delivery: the second unknown outcome is the sender's to decide about. */
const MOST_SENDS = 2

/** What became of everything that was accepted. */
export interface Balance {
  readonly accepted: number
  /** Deliveries that the sender reads as sent. */
  readonly sent: number
  /** Messages at the mail server, each copy. */
  readonly received: number
  /** Not said to be unknown, and not sent or not received. */
  readonly lost: readonly DeliveryJson[]
  /** Copies beyond the first of each. */
  readonly duplicates: number
  /** Sends made again since the outcome of an earlier one was not known; each may have made a copy. */
  readonly sentAgain: number
  readonly unknown: number
  /**
   * Deliveries with more copies than attempts or than two, whose copies are different messages, or which were sent a
   * third time before they ended as unknown.
   */
  readonly unexplained: readonly DeliveryJson[]
  /** Received, and never accepted. */
  readonly strays: readonly string[]
  /** The longest time in which nothing moved while something was due and not final, ms. */
  readonly longestStallMs: number
}

/** An acceptance that was tried in vain. */
export interface Refusal {
  /** 0 where no answer came. */
  readonly status: number
  readonly retryAfter: string | null
  readonly tookMs: number
}

/** The test's own books, kept outside of the product: what was accepted, and what came of it. */
export interface Ledger {
  /** Shares one page with so many people, again and again under one key until it is accepted. */
  accept(recipients: number, more?: object): Promise<ShareJson>
  /** How many deliveries were accepted so far. */
  accepted(): number
  /** Each time that `accept` had to try again. */
  refusals(): readonly Refusal[]
  /** The accepted deliveries as they are now. */
  deliveries(): Promise<readonly DeliveryJson[]>
  /**
   * Waits until nothing accepted is under way any more; rejects, with what is, when nothing has moved for
   * `patienceMs`.
   */
  settled(patienceMs: number): Promise<readonly DeliveryJson[]>
  /** What it came to, once all is settled. Ends the watch over what moves. */
  balance(patienceMs: number): Promise<Balance>
}

export function createLedger(fleet: Fleet, sink: SmtpSink, over: AbortSignal): Ledger {
  const shares = new Map<string, ShareJson>()
  const done = new Map<string, readonly DeliveryJson[]>()
  const movement = watchMovement(sink, deliveries, over)
  const refusals: Refusal[] = []
  let next = 0

  const accepted = (): number =>
    [...shares.values()].reduce((sum, { deliveries }) => sum + deliveries.length, 0)

  async function look(id: string): Promise<readonly DeliveryJson[]> {
    const known = done.get(id)
    if (known) return known
    const { deliveries } = await askUntilAnswered<ShareJson>(fleet, `/shares/${id}`, over)
    if (deliveries.every(({ state }) => !UNDER_WAY.includes(state))) {
      done.set(id, deliveries)
    }
    return deliveries
  }

  async function deliveries(): Promise<readonly DeliveryJson[]> {
    const all: DeliveryJson[] = []
    for (const id of shares.keys()) all.push(...(await look(id)))
    const open = all.filter(({ state }) => UNDER_WAY.includes(state))
    const final = all.length - open.length
    // What was accepted while we looked is open, too.
    movement.saw({ final, open: accepted() - final - open.filter(isLater).length })
    return all
  }

  const settled = (patienceMs: number): Promise<readonly DeliveryJson[]> =>
    allFinal(deliveries, () => movement.stillMs() < patienceMs)

  return {
    accepted,
    settled,
    refusals: () => refusals,
    deliveries,
    async accept(recipients, more = {}) {
      const n = next++
      const request = {
        url: `https://example.org/page/${n}`,
        note: `number ${n}`,
        recipients: Array.from({ length: recipients }, (_, i) => `r${n}-${i}@example.net`),
        ...more,
      }
      const share = await acceptOne(fleet, `key-${n}`, request, over, (one) => refusals.push(one))
      shares.set(share.id, share)
      movement.begin()
      return share
    },
    async balance(patienceMs) {
      return settleAccounts(await settled(patienceMs), await sink.received(), movement)
    },
  }
}

/** Scheduled by its sender for a time that has not come. */
function isLater({ state, dueAt }: DeliveryJson): boolean {
  return state === 'scheduled' && dueAt !== null && Date.parse(dueAt) > Date.now()
}

/** Tries until it is accepted. Throws only where the request itself is refused. */
async function acceptOne(
  fleet: Fleet,
  key: string,
  request: object,
  over: AbortSignal,
  onRefusal: (refusal: Refusal) => void,
): Promise<ShareJson> {
  for (;;) {
    const begun = performance.now()
    const answer = await fleet
      .api('POST', '/shares', request, { 'Idempotency-Key': key })
      .catch(() => undefined)
    const body = await answer?.text().catch(() => undefined)
    if (answer?.ok && body !== undefined) return JSON.parse(body)
    if (answer && !answer.ok && answer.status < 500) throw new Error(body)
    onRefusal({
      status: answer?.status ?? 0,
      retryAfter: answer?.headers.get('retry-after') ?? null,
      tookMs: performance.now() - begun,
    })
    await sleep(AGAIN_MS, undefined, { signal: over })
  }
}

async function allFinal(
  look: () => Promise<readonly DeliveryJson[]>,
  hasPatience: () => boolean,
): Promise<readonly DeliveryJson[]> {
  for (;;) {
    const all = await look()
    const open = all.filter(({ state }) => UNDER_WAY.includes(state))
    if (open.length === 0) return all
    if (!hasPatience()) {
      throw new Error(`${open.length} are still under way, such as ${JSON.stringify(open[0])}`)
    }
    await sleep(LOOK_MS)
  }
}

function settleAccounts(
  deliveries: readonly DeliveryJson[],
  received: Awaited<ReturnType<SmtpSink['received']>>,
  movement: Movement,
): Balance {
  const copies = Map.groupBy(
    received.flatMap(({ to, messageId }) => to.map((address) => ({ address, messageId }))),
    ({ address }) => address,
  )
  const copiesOf = ({ address }: DeliveryJson) => copies.get(address ?? '') ?? []
  const own = new Set(deliveries.map(({ address }) => address))
  return {
    accepted: deliveries.length,
    sent: deliveries.filter(({ state }) => state === 'accepted').length,
    received: received.length,
    lost: deliveries.filter(
      (delivery) =>
        delivery.state !== 'unknown' &&
        (delivery.state !== 'accepted' || copiesOf(delivery).length === 0),
    ),
    duplicates: received.length - copies.size,
    sentAgain: deliveries.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
    unknown: deliveries.filter(({ state }) => state === 'unknown').length,
    unexplained: deliveries.filter((delivery) => {
      const mine = copiesOf(delivery)
      const messages = new Set(mine.map(({ messageId }) => messageId))
      const mostCopies = Math.min(delivery.attempts, MOST_SENDS)
      const sentOnAndOn = delivery.state === 'unknown' && delivery.attempts > MOST_SENDS
      return mine.length > mostCopies || messages.size > 1 || sentOnAndOn
    }),
    strays: [...copies.keys()].filter((address) => !own.has(address)),
    longestStallMs: movement.longestStallMs(),
  }
}
