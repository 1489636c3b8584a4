import type { Account } from '#core/account.ts'
import { endpointOf } from '#core/address.ts'
import { PassalongError, type RejectedRecipient } from '#core/errors.ts'
import type { EndpointKey } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'
import { shorten } from '#core/text.ts'
import { type Texts, textsFor } from '#locales/texts.ts'
import type { Channel } from '#ports/channel.ts'
import { isProven } from '../accounts/proven.ts'
import { senderOf } from '../delivering/write-message.ts'
import type { Draft, DraftRecipient, ShareEstimate, ShareRequest, Warning } from '../engine.ts'
import { queueOf, routeOf } from '../routing.ts'
import type { SharingDeps } from './deps.ts'
import { createEstimator, type Estimator, estimateAll, type Sample } from './estimate.ts'
import { type Expansion, expandRecipients, type Reachable } from './expand.ts'
import { readNote, readTarget } from './request.ts'
import { targetContext } from './target-context.ts'

/** A wait that the sender should know of before pressing Send. */
const LONG_SECONDS = 5

/** A request whose every part was understood; nothing is stored yet, and nobody was looked up. */
interface Understood {
  readonly draft: Omit<Draft, 'recipients' | 'preview'>
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
  const { target, warnings } = await readTarget(request, targetContext(deps, texts))
  const note = readNote(request.note, texts)
  const expansion = await expand(deps, sender, request.recipients, texts)
  const sample = sampleMessage(deps, sender, {
    target,
    note,
    locale,
    tracked: (request.tracking ?? deps.tracking) === 'full',
  })
  const estimator = createEstimator(deps.channels, sample)
  const estimate = estimateAll(estimator, expansion.reachable, deps.smsPrices)
  return {
    note,
    estimator,
    reachable: expansion.reachable,
    draft: {
      target,
      estimate,
      rejected: rejectedOf(expansion, texts),
      warnings: [...warnings, ...expansion.warnings, ...situation(deps, expansion, estimate)],
    },
  }
}

/** Whom a draft is shown with. */
export async function describeRecipients(
  { channels, keys, store }: SharingDeps,
  sender: Account,
  reachable: readonly Reachable[],
): Promise<readonly DraftRecipient[]> {
  const endpoints = reachable.map(({ address }) => keys.endpoint(endpointOf(address)))
  const known = await store.deliveries.known(sender.id, endpoints)
  return reachable.map((one, at) => ({
    ...one,
    via: channels.get(one.address.channel)?.via ?? one.address.channel,
    known: known.has(endpoints[at] as EndpointKey),
  }))
}

/** Whom a request names. Throws `too_many_recipients`. */
export async function expand(
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
      identities: () => deps.store.identities.ofAccount(sender.id),
      max: deps.maxRecipients,
    },
    written,
  )
  if (expansion.tooMany) throw tooMany
  return expansion
}

/** Who was refused, in sentences. */
export function rejectedOf(expansion: Expansion, texts: Texts): readonly RejectedRecipient[] {
  return expansion.faults.map(({ recipient, code }) => ({
    recipient,
    code,
    detail: texts(`fault.recipient.${code}`),
  }))
}

/** What stands in the way here and now, whoever the recipients are. */
export function situation(
  deps: SharingDeps,
  expansion: Expansion,
  { seconds, shortenedTo }: ShareEstimate,
): Warning[] {
  const names = new Set(expansion.reachable.map((one) => one.address.channel))
  const used = deps.channels.all.filter((channel) => names.has(channel.name))
  const waits = (channel: Channel): boolean =>
    expansion.reachable.some(
      ({ address }) =>
        address.channel === channel.name &&
        routeOf(channel, queueOf(channel, address), address, deps.connections) === null,
    )
  const warnings: Warning[] = used
    .filter(waits)
    .map((channel) => ({ code: 'connection_down', channel: channel.name }))
  if (deps.loopbackLinks && used.some((channel) => channel.via !== 'outbox')) {
    warnings.push({ code: 'loopback_links' })
  }
  if (shortenedTo !== null) warnings.push({ code: 'note_shortened', segments: shortenedTo })
  if (seconds > LONG_SECONDS) warnings.push({ code: 'takes_long', seconds })
  return warnings
}

/** What the message will be made of, for estimates. */
export function sampleMessage(
  deps: SharingDeps,
  sender: Account,
  parts: Pick<Sample, 'target' | 'note' | 'locale' | 'tracked'>,
): Sample {
  return {
    ...parts,
    preview: null,
    sender: senderOf(sender),
    link: `${deps.linkBaseUrl}/r/${'0'.repeat(17)}`,
    tag: '0'.repeat(12),
    stop: { url: `${deps.baseUrl}/u/${'0'.repeat(34)}`, oneClick: false, firstContact: true },
  }
}

/**
 * Throws `recipients_rejected` where somebody was refused (with `partial`: everybody), `unverified` where nothing proves
 * who the sender is.
 */
export async function mustBeSendable(
  { store }: SharingDeps,
  sender: Account,
  { reachable, rejected }: Pick<Expansion, 'reachable'> & Pick<Draft, 'rejected'>,
  how: { partial: boolean; texts: Texts },
): Promise<void> {
  if (reachable.length === 0 || (rejected.length > 0 && !how.partial)) {
    throw new PassalongError('recipients_rejected', rejectedSentence(rejected, how.texts), {
      field: 'recipients',
      errors: rejected,
    })
  }
  // A mailbox that was not proved is a stranger's, whoever wrote that it is theirs.
  if (!(await isProven(store, sender))) {
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
