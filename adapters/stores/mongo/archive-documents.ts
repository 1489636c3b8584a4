import type { ChannelName } from '#core/address.ts'
import type { AccountId, ConnectionId, EndpointKey, Instant, ShareId } from '#core/ids.ts'
import type { ArchiveKind, ArchiveRecords } from '#ports/store/archive.ts'
import { nameKey } from '../name-key.ts'
import { decodePage, encodePage } from '../visit-codec.ts'
import type { StatTally } from '../visit-tally.ts'
import { type AccountDocument, accountDocument, accountOf } from './accounts.ts'
import { type TokenDocument, tokenOf } from './api-tokens.ts'
import { USER_KEEPINGS } from './archive-users.ts'
import { type DownConnection, downDocument, downOf } from './connections.ts'
import { type SuppressionDocument, suppressionId, suppressionOf } from './consent.ts'
import { type ContactDocument, contactOf } from './contacts.ts'
import { type DeliveryDocument, deliveryOf, fieldsOf } from './delivery-document.ts'
import type { EndpointDocument } from './endpoints.ts'
import { type Keeping, keep, STAMP } from './keeping.ts'
import { keyId } from './keys.ts'
import { type KnownDocument, knownId } from './known.ts'
import type { KeptDocument } from './outbox.ts'
import { type ReachDocument, reachId } from './reaches.ts'
import { type ParkedDocument, parkedOf } from './receipts.ts'
import { type ReplyDocument, replyDocument, storedReplyOf } from './reply-document.ts'
import type { SenderDocument } from './senders.ts'
import type { SessionDocument } from './sessions.ts'
import { type ShareDocument, shareDocument, shareOf } from './share-document.ts'
import type { TicketDocument } from './tickets.ts'
import { countDocument, tallyOf } from './visit-counts.ts'
import {
  type CountDocument,
  type PageDocument,
  pageId,
  type SaltDocument,
  type ShareVisitsDocument,
  type WriterDocument,
} from './visit-documents.ts'
import { bytesOf } from './visit-salts.ts'

const DAY_MS = 86_400_000
/** Merges of visits are counted from 1. */
const BEFORE_MERGES = 0
/** Moved sessions all say when. */
const NEVER = 0 as Instant

type Stored<K extends ArchiveKind> = ArchiveRecords[K]

export const KEEPINGS: { readonly [K in ArchiveKind]: Keeping<K> } = {
  account: keep<'account', AccountDocument>('accounts', accountDocument, (document) => ({
    account: accountOf(document),
    passwordHash: document.passwordHash,
  })),
  session: keep<'session', SessionDocument>(
    'sessions',
    ({ keyHash, ...session }) => ({ _id: keyHash, ...session }),
    ({ _id, createdAt = NEVER, seenAt = NEVER, agent = '', ...session }) => ({
      ...session,
      keyHash: _id,
      createdAt,
      seenAt,
      agent,
    }),
  ),
  token: keep<'token', TokenDocument>(
    'api_tokens',
    ({ hash, token: { id, ...token } }) => ({ _id: hash, tokenId: id, ...token }),
    (document) => ({ hash: document._id, token: tokenOf(document) }),
  ),
  ticket: keep<'ticket', TicketDocument>(
    'tickets',
    ({ hash, ...ticket }) => ({ _id: hash, ...ticket }),
    ({ _id, until, ...ticket }) => ({ hash: _id, ...ticket, until: until as Instant }),
  ),
  ...USER_KEEPINGS,
  contact: keep<'contact', ContactDocument>(
    'contacts',
    ({ id, ...contact }) => ({ _id: id, ...contact, nameKey: nameKey(contact.name) }),
    contactOf,
  ),
  notes: keep<'notes', { readonly _id: AccountId; readonly notes: readonly string[] }>(
    'canned_notes',
    ({ account, notes }) => ({ _id: account, notes }),
    ({ _id, notes }) => ({ account: _id, notes }),
  ),
  suppression: keep<'suppression', SuppressionDocument>(
    'suppressions',
    (suppression) => {
      const document = { ...suppression, account: suppression.account ?? ('' as const) }
      return { _id: suppressionId(document), ...document }
    },
    suppressionOf,
  ),
  untracked: keep<'untracked', { readonly _id: EndpointKey }>(
    'untracked',
    ({ endpoint }) => ({ _id: endpoint }),
    ({ _id }) => ({ endpoint: _id }),
  ),
  down: keep<'down', DownConnection>('connections_down', downDocument, downOf),
  reach: keep<'reach', ReachDocument>(
    'reaches',
    ({ address, reach }) => ({ _id: reachId(address), data: reach }),
    ({ _id, data }) => {
      const [channel, value] = halves(_id)
      return { address: { channel: channel as ChannelName, value }, reach: data }
    },
  ),
  known: keep<'known', KnownDocument>(
    'known_endpoints',
    ({ account, endpoint }) => ({ _id: knownId(account, endpoint) }),
    ({ _id }) => {
      const [account, endpoint] = halves(_id)
      return { account: account as AccountId, endpoint: endpoint as EndpointKey }
    },
  ),
  sender: keep<'sender', SenderDocument>(
    'senders',
    ({ account, lastShareAt, day, ...sender }) => ({
      _id: account,
      at: lastShareAt,
      day: Date.parse(day) / DAY_MS,
      ...sender,
    }),
    ({ _id, at, day, shares, messages, newEndpoints }) => ({
      account: _id,
      lastShareAt: at,
      day: new Date(day * DAY_MS).toISOString().slice(0, 10),
      shares,
      messages,
      newEndpoints,
    }),
  ),
  share: keep<'share', ShareDocument>('shares', shareDocumentOf, (document) => ({
    share: shareOf(document),
    nth: document.seq,
    nextN: document.deliveries,
    keys: (document.keys ?? []).map(({ id, hash, until }) => ({ key: halves(id)[1], hash, until })),
  })),
  delivery: keep<'delivery', DeliveryDocument>(
    'deliveries',
    ({ delivery, ...more }) => ({ ...fieldsOf({ ...delivery, ...more }), stamp: STAMP }),
    (document) => {
      const { holder, countedAt, ...delivery } = deliveryOf(document)
      return { delivery, holder, countedAt }
    },
  ),
  endpoint: keep<'endpoint', EndpointDocument>(
    'endpoints',
    ({ endpoint, ...counts }) => ({ _id: endpoint, ...counts, stamp: STAMP }),
    ({ _id, contacted = false, counted }) => ({ endpoint: _id, contacted, counted }),
  ),
  kept: keep<'kept', KeptDocument>(
    'outbox',
    ({ delivery, rendered, ...kept }) => ({
      _id: delivery,
      ...kept,
      rendered: JSON.stringify(rendered),
    }),
    ({ _id, rendered, ...kept }) => ({
      delivery: _id,
      ...kept,
      rendered: JSON.parse(rendered),
    }),
  ),
  parked: keep<'parked', ParkedDocument>(
    'parked_receipts',
    ({ at, nth, ...receipt }) => parkedOf(receipt, at, nth),
    ({ ref, state, reason, detail, at, seq }) => ({
      ...splitRef(ref),
      verdict: { state, reason, detail },
      at,
      nth: seq,
    }),
  ),
  reply: keep<'reply', ReplyDocument>('replies', replyDocument, storedReplyOf),
  tally: keep<'tally', CountDocument>(
    'visit_counts',
    ({ delivery, ...tally }) => countDocument(delivery, tally, BEFORE_MERGES),
    (document) => ({ delivery: document._id, ...tallyOf(document) }),
  ),
  statistics: keep<'statistics', ShareVisitsDocument>(
    'visit_shares',
    ({ share, days, agents, listed, head }) => ({
      _id: share,
      stats: JSON.stringify({ days, agents }),
      listed,
      head: encodePage(head),
      merge: BEFORE_MERGES,
    }),
    ({ _id, stats, listed, head }) => {
      const { days, agents } = JSON.parse(stats) as StatTally
      return { share: _id, days, agents, listed, head: decodePage(_id, head) }
    },
  ),
  listed: keep<'listed', PageDocument>(
    'visit_pages',
    ({ share, part, visits }) => ({
      _id: pageId(share, part),
      visits: encodePage(visits),
    }),
    ({ _id, visits }) => {
      const [share = '', part] = _id.split(':')
      const id = share as ShareId
      return { share: id, part: Number(part), visits: decodePage(id, visits) }
    },
  ),
  writer: keep<'writer', WriterDocument>(
    'visit_writers',
    ({ writer, seq }) => ({ _id: writer, seq }),
    ({ _id, seq }) => ({ writer: _id, seq }),
  ),
  salt: keep<'salt', SaltDocument>(
    'visit_salts',
    ({ day, salt, madeAt }) => ({ _id: day, salt: Buffer.from(salt), madeAt }),
    ({ _id, salt, madeAt }) => ({ day: _id, salt: bytesOf(salt), madeAt: madeAt as Instant }),
  ),
}

function shareDocumentOf({ share, nth, nextN, keys }: Stored<'share'>): ShareDocument {
  const parts = keys.map(({ key, ...part }) => ({ id: keyId(share.account, key), ...part }))
  return shareDocument(share, {
    seq: nth,
    deliveries: nextN,
    ...(parts.length > 0 ? { keys: parts } : {}),
  })
}

/** What stands before the first slash, and after it. */
function halves(id: string): readonly [string, string] {
  const cut = id.indexOf('/')
  return [id.slice(0, cut), id.slice(cut + 1)]
}

/** As `refKey` writes it; a connection's name has no slash. */
function splitRef(ref: string): Pick<Stored<'parked'>, 'connection' | 'providerId'> {
  const [channel, rest] = halves(ref.slice('ref:'.length))
  const [connection, providerId] = halves(rest)
  return {
    connection: { channel: channel as ChannelName, connection: connection as ConnectionId },
    providerId,
  }
}
