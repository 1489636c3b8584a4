import { endpointOf } from '#core/address.ts'
import { type ReplyMeaning, readReply } from '#core/consent.ts'
import type { EndpointKey, Instant, ReplyId } from '#core/ids.ts'
import { isPremiumRate } from '#core/phone-number.ts'
import type { Delivery } from '#core/share.ts'
import { cleanText, shorten } from '#core/text.ts'
import type { Reply } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import type { Suppression } from '#ports/store/consent.ts'
import type { Budget, ConsentWord, NewAnswer } from '#ports/store/replies.ts'
import type { Store } from '#ports/store/store.ts'
import type { Channels } from '../channels.ts'
import { type Keys, replyId } from '../keys.ts'
import { mailboxOf } from './mailbox.ts'

/** UTF-16 units of a reply that are kept: more than the ten parts that phones send. */
export const MAX_REPLY = 2_000
/** Units that are looked at. */
const LONGEST = 10_000
/** A stop that stood for longer was another one's: this text changes nothing, and is not confirmed. */
const NEW_STOP_MS = 10 * 60_000
const HELP_EVERY_MS = 10 * 60_000
/** Keeps two programs from thanking each other for ever. */
const START_EVERY_MS = 60_000

const HOUR_MS = 3_600_000
/**
 * Answers to one endpoint, whatever for: inbound senders are easily forged, and each answer is paid for. START and HELP
 * leave one for a STOP, so that the first of these is always confirmed.
 */
const STOP_LIMITS = [
  { most: 3, withinMs: HOUR_MS },
  { most: 6, withinMs: 24 * HOUR_MS },
] as const
const OTHER_LIMITS = STOP_LIMITS.map(({ most, withinMs }) => ({ most: most - 1, withinMs }))
/** Mails about what was written back to one delivery: the share's page has all of it. */
const FORWARD_LIMITS = [{ most: 5, withinMs: HOUR_MS }] as const

export interface TakingDeps {
  readonly store: Store
  readonly keys: Keys
  readonly channels: Channels
  readonly logger: Logger
  /** An answer is owed. */
  onOwed(): void
  /** A share has a reply. */
  onChange(): void
}

/** A reply as it is understood. */
interface Inbound extends Pick<Reply, 'connection' | 'from'> {
  readonly id: ReplyId
  readonly endpoint: EndpointKey
  readonly text: string
  readonly means: ReplyMeaning
  /** By the provider. */
  readonly isAnswered: boolean
}

/**
 * Takes what recipients write back; resolves when all of it is stored. A stop comes before anything else, so that
 * no crash loses it. A repeated one changes nothing; a START that was kept but not followed yet is followed then.
 * What was chosen by the page since the last word stands until the next one: other texts change nothing of it.
 */
export function createReplyTaking(deps: TakingDeps): (reply: Reply) => Promise<void> {
  const { replies } = deps.store
  return async (reply) => {
    const inbound = readInbound(deps.keys, reply)
    const isNew = !(await replies.has(inbound.id)) && (await keep(deps, inbound))
    if (isToHeed(inbound, isNew)) await heed(deps.store, inbound, isNew)
  }
}

function readInbound(keys: Keys, reply: Reply): Inbound {
  const { connection, from, text, inboundId, answered } = reply
  const read = text.slice(0, LONGEST)
  return {
    id: replyId(connection, inboundId),
    connection,
    from,
    endpoint: keys.endpoint(endpointOf(from)),
    text: shorten(cleanText(read), MAX_REPLY),
    means: answered ?? readReply(read),
    isAnswered: answered !== undefined,
  }
}

/** False: somebody else kept the same one meanwhile. */
async function keep(deps: TakingDeps, inbound: Inbound): Promise<boolean> {
  const { store, logger } = deps
  const stop = inbound.means === 'stop' ? await stopAll(store, inbound.endpoint) : null
  const last = await store.deliveries.lastTo(inbound.endpoint)
  const owed = await owedFor(deps, inbound, { stop, last })
  const share = inbound.means === 'other' ? (last?.share ?? null) : null
  const kept = await store.replies.keep({ ...inbound, delivery: last?.id ?? null, share }, owed)
  if (!kept) return false
  if (owed) deps.onOwed()
  if (share !== null) deps.onChange()
  const { id, means } = inbound
  if (means === 'other' && share === null)
    logger.warn({ reply: id }, 'a reply came from where nobody was written to; it is kept')
  else logger.debug({ reply: id, means, share }, 'a reply was kept')
  return true
}

/** What stands then: this stop, or one that stood before it. */
async function stopAll(store: Store, endpoint: EndpointKey): Promise<Suppression | null> {
  await store.consent.suppress(endpoint, null, 'stop', null)
  const standing = await store.consent.of(endpoint)
  return standing.find(({ kind, account }) => kind === 'stop' && account === null) ?? null
}

/** Words are answered where they came from: START and HELP to who was written to alone, none where that is dear. */
async function owedFor(
  deps: TakingDeps,
  { id, from, endpoint, means, isAnswered }: Inbound,
  { stop, last }: { readonly stop: Suppression | null; readonly last: Delivery | null },
): Promise<NewAnswer | null> {
  if (means === 'other') return last && (await mayForward(deps, last)) ? forward(id, last) : null
  if (isAnswered || from.channel !== 'sms' || isPremiumRate(from.value)) return null
  const { channel } = from
  const key = `answer/${endpoint}`
  switch (means) {
    case 'stop': {
      // One for each time that it was stopped, however many texts say so.
      const since = stop?.since ?? (0 as Instant)
      const once = { key: `stop/${endpoint}/${since}`, withinMs: null }
      const fresh = { since, withinMs: NEW_STOP_MS }
      return { kind: 'stop', channel, once, fresh, budget: { key, limits: STOP_LIMITS } }
    }
    case 'start':
    case 'help': {
      if (!last) return null
      const budget = { key, limits: OTHER_LIMITS }
      const withinMs = means === 'help' ? HELP_EVERY_MS : START_EVERY_MS
      const once = { key: `${means}/${endpoint}`, withinMs }
      return { kind: means, channel, once, fresh: null, budget }
    }
    default:
      return means satisfies never
  }
}

function forward(id: ReplyId, to: Delivery): NewAnswer {
  const budget: Budget = { key: `forward/${to.id}`, limits: FORWARD_LIMITS }
  return {
    kind: 'forward',
    channel: 'email',
    once: { key: `forward/${id}`, withinMs: null },
    fresh: null,
    budget,
  }
}

/** By real mail, to a mailbox that is known to be the sender's. */
async function mayForward(
  { store, channels }: TakingDeps,
  { account }: Delivery,
): Promise<boolean> {
  const via = channels.get('email')?.via
  if (via === undefined || via === 'outbox') return false
  return mailboxOf(await store.accounts.get(account)) !== null
}

/** A stop was followed before it was kept; followed again, it undoes what a START did in between. */
function isToHeed({ means }: Inbound, isNew: boolean): boolean {
  return means === 'start' || (means === 'stop' && isNew)
}

/**
 * Makes what stands agree with the endpoint's last word, and looks again afterwards: another may have been kept in
 * between. `isNew` false: only a START that is still the last word is followed once more.
 */
async function heed(store: Store, { id, endpoint }: Inbound, isNew: boolean): Promise<void> {
  let word = await store.replies.lastWord(endpoint)
  if (!isNew && word?.reply !== id) return
  while (word) {
    await follow(store, endpoint, word)
    const last = await store.replies.lastWord(endpoint)
    if (last?.reply === word.reply) return
    word = last
  }
}

/**
 * What began after the START stands: a stop by page or button, a bounce. A bounce before it is lifted as a stop is:
 * a gateway that keeps stops itself says them so (Twilio's 21610), and whoever writes can be reached.
 */
async function follow({ consent }: Store, endpoint: EndpointKey, word: ConsentWord): Promise<void> {
  if (word.means === 'stop') return consent.suppress(endpoint, null, 'stop', null)
  const standing = await consent.of(endpoint)
  for (const kind of ['stop', 'bounce'] as const) {
    const isLater = standing.some((one) => one.kind === kind && one.since > word.at)
    if (!isLater) await consent.lift(endpoint, 'all', kind)
  }
}
