import { randomBytes } from 'node:crypto'
import { type Account, isVerified } from '#core/account.ts'
import { DEADLINE_MS } from '#core/delivery.ts'
import { PassalongError, type RejectedRecipient } from '#core/errors.ts'
import { type AccountId, type DeliveryId, newShareId, type ShareId } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'
import type { Share } from '#core/share.ts'
import { shorten } from '#core/text.ts'
import { type Texts, textsFor } from '#locales/texts.ts'
import type { AcceptResult, Due, IdempotencyKey, Quota } from '#ports/store/shares.ts'
import type { AcceptOptions, Draft, FrontEnd, ShareRequest, Warning } from '../engine.ts'
import type { SharingDeps } from './deps.ts'
import { createEstimator, type Estimator, estimateAll, type Sample } from './estimate.ts'
import { type Expansion, expandRecipients, type Reachable } from './expand.ts'
import { planDeliveries } from './plan.ts'
import { hashRequest, readNote, readSchedule, readTarget } from './request.ts'

const DAY_MS = 24 * 3_600_000
/** A wait that the sender should know of before pressing Send. */
const LONG_SECONDS = 5

/** API clients repeat within a day; platforms deliver an update again within a fortnight. */
const KEY_TTL_MS: Readonly<Record<FrontEnd, number>> = {
  api: DAY_MS,
  cli: DAY_MS,
  web: 14 * DAY_MS,
  console: 14 * DAY_MS,
  telegram: 14 * DAY_MS,
  slack: 14 * DAY_MS,
  matrix: 14 * DAY_MS,
}

/** A request whose every part was understood; nothing is stored yet. */
interface Understood {
  readonly draft: Draft
  readonly note: string
  readonly reachable: readonly Reachable[]
  readonly estimator: Estimator
}

/** Reads a request whole: what would be shared, with whom, at what cost. Throws what makes it impossible. */
export async function understand(
  deps: SharingDeps,
  sender: Account,
  request: ShareRequest,
  locale: Locale,
): Promise<Understood> {
  const texts = textsFor(locale)
  const { target, warnings } = await readTarget(request, {
    now: deps.clock.now(),
    texts,
    ownHosts: deps.ownHosts,
    defaultRegion: deps.defaultRegion,
    resolve: (code) => deps.store.visits.resolve(code),
  })
  const note = readNote(request.note, texts)
  const expansion = await expand(deps, sender, request.recipients, texts)
  const sample = sampleMessage(deps, sender, { target, note, locale, request })
  const estimator = createEstimator(deps.channels, sample)
  const estimate = estimateAll(estimator, expansion.reachable)
  return {
    note,
    estimator,
    reachable: expansion.reachable,
    draft: {
      target,
      preview: null,
      estimate,
      recipients: expansion.reachable.map((one) => ({
        ...one,
        via: deps.channels.get(one.address.channel)?.via ?? one.address.channel,
      })),
      rejected: rejectedOf(expansion, texts),
      warnings: [
        ...warnings,
        ...expansion.warnings,
        ...situation(deps, expansion, estimate.seconds),
      ],
    },
  }
}

async function expand(
  deps: SharingDeps,
  sender: Account,
  written: readonly string[],
  texts: Texts,
): Promise<Expansion> {
  const tooMany = new PassalongError(
    'too_many_recipients',
    texts('refusal.too_many_recipients', { max: deps.maxRecipients }),
    { field: 'recipients' },
  )
  if (written.length > deps.maxRecipients) throw tooMany
  const expansion = await expandRecipients(
    {
      channels: deps.channels,
      sender,
      contacts: await deps.store.contacts.list(sender.id),
      context: { defaultRegion: deps.defaultRegion },
      max: deps.maxRecipients,
    },
    written,
  )
  if (expansion.reachable.length > deps.maxRecipients) throw tooMany
  return expansion
}

function rejectedOf(expansion: Expansion, texts: Texts): readonly RejectedRecipient[] {
  return expansion.faults.map(({ recipient, code }) => ({
    recipient,
    code,
    detail: texts(`fault.recipient.${code}`),
  }))
}

/** What stands in the way here and now, whoever the recipients are. */
function situation(deps: SharingDeps, expansion: Expansion, seconds: number): Warning[] {
  const names = new Set(expansion.reachable.map((one) => one.address.channel))
  const used = deps.channels.all.filter((channel) => names.has(channel.name))
  const warnings: Warning[] = used
    .filter((channel) => channel.connections.some((ref) => deps.connections.isDown(ref)))
    .map((channel) => ({ code: 'connection_down', channel: channel.name }))
  if (deps.loopbackLinks && used.some((channel) => channel.via !== 'outbox')) {
    warnings.push({ code: 'loopback_links' })
  }
  if (seconds > LONG_SECONDS) warnings.push({ code: 'takes_long', seconds })
  return warnings
}

function sampleMessage(
  deps: SharingDeps,
  sender: Account,
  parts: Pick<Sample, 'target' | 'note' | 'locale'> & { request: ShareRequest },
): Sample {
  return {
    locale: parts.locale,
    target: parts.target,
    note: parts.note,
    preview: null,
    sender: { displayName: sender.displayName, handle: `@${sender.username}`, replyTo: null },
    link: `${deps.linkBaseUrl}/r/${'0'.repeat(17)}`,
    stop: { url: `${deps.baseUrl}/u/${'0'.repeat(34)}`, oneClick: false, firstContact: true },
    tracked: (parts.request.tracking ?? deps.tracking) === 'full',
  }
}

export interface Accepted {
  readonly share: Share
  readonly rejected: readonly RejectedRecipient[]
  readonly warnings: readonly Warning[]
  readonly replayed: boolean
}

/** Accepts a share: from here nothing is lost. The dispatcher is rung by the caller, never waited for. */
export async function acceptShare(
  deps: SharingDeps,
  sender: Account,
  request: ShareRequest,
  options: AcceptOptions,
): Promise<Accepted> {
  const texts = textsFor(options.locale)
  const idempotency = keyOf(options, request)
  const replay = await replayed(deps, sender.id, idempotency, texts)
  if (replay) return replay
  const { sendAt, expiresAt } = readSchedule(request, deps.clock.now(), texts)
  const { draft, note, reachable, estimator } = await understand(
    deps,
    sender,
    request,
    options.locale,
  )
  mustBeSendable(sender, draft, reachable, { partial: request.partial === true, texts })
  const id = newShareId(deps.clock.now(), randomBytes)
  const result = await deps.store.shares.accept({
    id,
    account: sender.id,
    target: draft.target,
    note,
    tracking: strictest(request.tracking, deps.tracking),
    locale: options.locale,
    due: dueOf(sendAt, options, deps.undoMs),
    deadlineMs: DEADLINE_MS,
    expiresAt,
    deliveries: planDeliveries(planContext(deps, sender, id, estimator, null), reachable),
    idempotency,
    quota: quotaOf(sender),
  })
  return { ...settledAccept(result, texts), rejected: draft.rejected, warnings: draft.warnings }
}

/** Adds people to a share that stands. */
export async function extendShare(
  deps: SharingDeps,
  sender: Account,
  share: Share,
  request: { recipients: readonly string[]; partial: boolean; replaces: DeliveryId | null },
  options: AcceptOptions,
): Promise<Accepted> {
  const texts = textsFor(options.locale)
  const idempotency = keyOf(options, request, share.id)
  const replay = await replayed(deps, sender.id, idempotency, texts)
  if (replay) return replay
  const again = { url: share.target.url, recipients: request.recipients }
  const expansion = await expand(deps, sender, again.recipients, texts)
  const sample = sampleMessage(deps, sender, {
    target: share.target,
    note: share.note,
    locale: options.locale,
    request: again,
  })
  const rejected = rejectedOf(expansion, texts)
  mustBeSendable(sender, { rejected }, expansion.reachable, { ...request, texts })
  const now = deps.clock.now()
  const sendAt = share.sendAt !== null && share.sendAt > now ? share.sendAt : null
  const result = await deps.store.shares.extend({
    share: share.id,
    account: sender.id,
    due: dueOf(sendAt, options, deps.undoMs),
    deadlineMs: DEADLINE_MS,
    deliveries: planDeliveries(
      planContext(deps, sender, share.id, createEstimator(deps.channels, sample), request.replaces),
      expansion.reachable,
    ),
    idempotency,
    quota: quotaOf(sender),
  })
  if (result.kind === 'not-found') throw new PassalongError('not_found', texts('refusal.no_share'))
  return { ...settledAccept(result, texts), rejected, warnings: expansion.warnings }
}

function keyOf(options: AcceptOptions, ...request: readonly unknown[]): IdempotencyKey | null {
  if (options.idempotencyKey === undefined) return null
  return {
    key: `${options.frontEnd}:${options.idempotencyKey}`,
    hash: hashRequest(...request),
    ttlMs: KEY_TTL_MS[options.frontEnd],
  }
}

async function replayed(
  deps: SharingDeps,
  account: AccountId,
  idempotency: IdempotencyKey | null,
  texts: Texts,
): Promise<Accepted | null> {
  if (!idempotency) return null
  const found = await deps.store.shares.findByKey(account, idempotency.key, idempotency.hash)
  return found && { ...settledAccept(found, texts), rejected: [], warnings: [] }
}

function settledAccept(result: AcceptResult, texts: Texts): { share: Share; replayed: boolean } {
  switch (result.kind) {
    case 'accepted':
    case 'replayed':
      return { share: result.share, replayed: result.kind === 'replayed' }
    case 'mismatch':
      throw new PassalongError('idempotency_mismatch', texts('refusal.key_reused'))
    case 'over-quota':
      throw new PassalongError(
        'over_quota',
        texts(
          result.which === 'messages' ? 'refusal.quota_messages' : 'refusal.quota_new_endpoints',
          { limit: result.limit },
        ),
        { retryAfterMs: result.retryAfterMs },
      )
    default:
      return result satisfies never
  }
}

function mustBeSendable(
  sender: Account,
  draft: Pick<Draft, 'rejected'>,
  reachable: readonly Reachable[],
  how: { partial: boolean; texts: Texts },
): void {
  const { rejected } = draft
  if (reachable.length === 0 || (rejected.length > 0 && !how.partial)) {
    throw new PassalongError('recipients_rejected', rejectedSentence(rejected, how.texts), {
      field: 'recipients',
      errors: rejected,
    })
  }
  if (!isVerified(sender) && reachable.some((one) => one.address.value !== sender.email)) {
    throw new PassalongError('unverified', how.texts('refusal.unverified'))
  }
}

function rejectedSentence(rejected: readonly RejectedRecipient[], texts: Texts): string {
  if (rejected.length === 0) return texts('refusal.no_recipients')
  const named = rejected.slice(0, 3).map((one) => `“${shorten(one.recipient, 60)}”`)
  return texts('refusal.recipients_rejected', {
    names: named.join(', '),
    more: rejected.length - named.length,
  })
}

/** A share may ask for less tracking than the server does, never for more. */
function strictest(
  wanted: Share['tracking'] | undefined,
  allowed: Share['tracking'],
): Share['tracking'] {
  const order = ['full', 'counts', 'off'] as const
  return order[Math.max(order.indexOf(wanted ?? allowed), order.indexOf(allowed))] ?? allowed
}

function dueOf(sendAt: Share['sendAt'], options: AcceptOptions, undoMs: number): Due {
  if (sendAt !== null) return { at: sendAt }
  return { inMs: options.undo ? undoMs : 0 }
}

function quotaOf(sender: Account): Quota | null {
  return sender.role === 'operator' ? null : sender.permissions
}

function planContext(
  deps: SharingDeps,
  sender: Account,
  share: ShareId,
  estimator: Estimator,
  replaces: DeliveryId | null,
): Parameters<typeof planDeliveries>[0] {
  return {
    keys: deps.keys,
    channels: deps.channels,
    randomBytes,
    sender,
    share,
    replaces,
    costOf: (one) => estimator(one)?.estimate.cost ?? 1,
  }
}
