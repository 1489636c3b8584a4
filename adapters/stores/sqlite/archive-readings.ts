import type { SQLOutputValue } from 'node:sqlite'
import type { ChannelName, ConnectionRef } from '#core/address.ts'
import {
  type AccountId,
  type DeliveryId,
  deliveryId,
  type EndpointKey,
  type Instant,
  type ShareId,
} from '#core/ids.ts'
import type { Receipt } from '#ports/channel.ts'
import { type ArchiveKind, type ArchiveRecords, COUNTED_KEPT } from '#ports/store/archive.ts'
import { type TokenRow, tokenOf } from './api-tokens.ts'
import { USER_READINGS } from './archive-users.ts'
import { type SuppressionRow, suppressionOf } from './consent.ts'
import { type ContactRow, contactOf } from './contacts.ts'
import { as } from './held.ts'
import { answerOf, replyOf, replyRow, turnOf } from './reply-rows.ts'
import {
  type AccountRow,
  accountOf,
  DELIVERY_COLUMNS,
  type DeliveryRow,
  deliveryOf,
} from './rows.ts'
import { tallyOf } from './visit-merge.ts'

type Row = Record<string, SQLOutputValue>

/** How the records of a kind are read from their table. */
export interface Reading<K extends ArchiveKind> {
  readonly table: string
  /** All of them where left out. */
  readonly columns?: string
  readonly where?: string
  /** What rows are read in the order of. */
  readonly key: readonly string[]
  /** All rows of a key make one record. */
  readonly grouped?: true
  recordOf(row: Row): ArchiveRecords[K]
}

interface Queries {
  readonly first: string
  /** Takes the values of the last row's key. */
  readonly next: string
  readonly count: string
}

/** Pages of so many records. None scans more than it gives. */
export function queriesOf(reading: Omit<Reading<ArchiveKind>, 'recordOf'>, limit: number): Queries {
  const { table, columns = '*', where = 'true', key, grouped } = reading
  const order = key.join(', ')
  const group = grouped ? `GROUP BY ${order}` : ''
  const page = (condition: string): string => `
    SELECT ${columns} FROM ${table} WHERE ${where} AND ${condition} ${group}
    ORDER BY ${order} LIMIT ${limit}`
  return {
    first: page('true'),
    next: page(`(${order}) > (${key.map(() => '?').join(', ')})`),
    count: `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} WHERE ${where} ${group})`,
  }
}

type Stored<K extends ArchiveKind> = ArchiveRecords[K]

const SENDER_COLUMNS = `account, count(*) AS shares, max(created_at) AS lastShareAt,
  ${ofLastDay('day', "''")} AS day, ${ofLastDay('messages', '0')} AS messages,
  ${ofLastDay('new_endpoints', '0')} AS newEndpoints`

function ofLastDay(column: string, none: string): string {
  return `coalesce((SELECT ${column} FROM quota_use
    WHERE account = share.account ORDER BY day DESC LIMIT 1), ${none})`
}

const ENDPOINT_COLUMNS = `endpoint, max(accepted_at IS NOT NULL) AS contacted,
  json_group_array(json_array(share, n, account, counted_at)) AS counted`

/** Kinds that are gathered from more than one table (archive-shares.ts, archive-visits.ts). */
export type GatheredKind = 'share' | 'statistics' | 'listed'

/** Of every other kind. */
export const READINGS: { readonly [K in Exclude<ArchiveKind, GatheredKind>]: Reading<K> } = {
  account: {
    table: 'account',
    key: ['id'],
    recordOf: (row) => ({
      account: accountOf(as<AccountRow>(row)),
      passwordHash: row.password_hash as string | null,
    }),
  },
  session: {
    table: 'session',
    columns: `key, account, data, created_at AS createdAt, seen_at AS seenAt, agent,
      until_at AS until`,
    key: ['key'],
    recordOf: ({ key, ...session }) => ({
      ...as<Omit<Stored<'session'>, 'keyHash'>>(session),
      keyHash: key as string,
    }),
  },
  token: {
    table: 'api_token',
    key: ['hash'],
    recordOf: (row) => ({ hash: row.hash as string, token: tokenOf(as<TokenRow>(row)) }),
  },
  ticket: {
    table: 'ticket',
    columns: 'hash, purpose, subject, until_at AS until',
    key: ['hash'],
    recordOf: (row) => ({ ...as<Stored<'ticket'>>(row) }),
  },
  ...USER_READINGS,
  contact: {
    table: 'contact',
    key: ['id'],
    recordOf: (row) => contactOf(as<ContactRow>(row)),
  },
  notes: {
    table: 'canned_notes',
    key: ['account'],
    recordOf: (row) => ({
      account: row.account as AccountId,
      notes: JSON.parse(row.notes as string),
    }),
  },
  suppression: {
    table: 'suppression',
    key: ['endpoint', 'account', 'kind'],
    recordOf: (row) => suppressionOf(as<SuppressionRow>(row)),
  },
  untracked: {
    table: 'untracked',
    key: ['endpoint'],
    recordOf: (row) => ({ ...as<Stored<'untracked'>>(row) }),
  },
  down: {
    table: 'connection_down',
    key: ['channel', 'connection'],
    recordOf: (row) => ({
      connection: connectionOf(row),
      since: row.since as Instant,
      detail: row.detail as string,
    }),
  },
  reach: {
    table: 'reach',
    key: ['channel', 'value'],
    recordOf: (row) => ({
      address: { channel: row.channel as ChannelName, value: row.value as string },
      reach: JSON.parse(row.data as string),
    }),
  },
  sender: {
    table: 'share',
    columns: SENDER_COLUMNS,
    key: ['account'],
    grouped: true,
    recordOf: (row) => ({ ...as<Stored<'sender'>>(row) }),
  },
  known: {
    table: 'known_endpoint',
    key: ['account', 'endpoint'],
    recordOf: (row) => ({ ...as<Stored<'known'>>(row) }),
  },
  delivery: {
    table: 'delivery',
    columns: DELIVERY_COLUMNS,
    key: ['share', 'n'],
    recordOf: (row) => {
      const { holder, countedAt, ...delivery } = deliveryOf(tuple<DeliveryRow>(row))
      return { delivery, holder, countedAt }
    },
  },
  endpoint: {
    table: 'delivery',
    columns: ENDPOINT_COLUMNS,
    where: 'counted_at IS NOT NULL',
    key: ['endpoint'],
    grouped: true,
    recordOf: (row) => ({
      endpoint: row.endpoint as EndpointKey,
      contacted: row.contacted === 1,
      counted: countedOf(JSON.parse(row.counted as string)),
    }),
  },
  parked: {
    table: 'parked_receipt',
    key: ['id'],
    recordOf: (row) => ({
      connection: connectionOf(row),
      providerId: row.provider_id as string,
      verdict: as<Receipt['verdict']>({
        state: row.state,
        reason: row.reason,
        detail: row.detail,
      }),
      at: row.at as Instant,
      nth: row.id as number,
    }),
  },
  kept: {
    table: 'outbox',
    key: ['delivery'],
    recordOf: (row) => ({
      delivery: row.delivery as DeliveryId,
      at: row.at as Instant,
      rendered: JSON.parse(row.rendered as string),
      link: row.link as string,
    }),
  },
  reply: {
    table: 'reply',
    key: ['id'],
    recordOf: (row) => {
      const found = replyRow(row)
      return {
        reply: replyOf(found),
        key: found.answer_key,
        turn: turnOf(found),
        answer: answerOf(found),
      }
    },
  },
  tally: {
    table: 'visit_count',
    key: ['share', 'n'],
    recordOf: (row) => ({
      delivery: deliveryId(row.share as ShareId, row.n as number),
      ...tallyOf(row),
    }),
  },
  writer: {
    table: 'visit_writer',
    columns: 'writer, seq',
    key: ['writer'],
    recordOf: (row) => ({ ...as<Stored<'writer'>>(row) }),
  },
  salt: {
    table: 'visit_salt',
    columns: 'day, salt, made_at AS madeAt',
    key: ['day'],
    recordOf: (row) => ({ ...as<Stored<'salt'>>(row) }),
  },
}

function countedOf(
  rows: readonly (readonly [ShareId, number, AccountId, Instant])[],
): Stored<'endpoint'>['counted'] {
  return rows
    .map(([share, n, account, at]) => ({ delivery: deliveryId(share, n), account, at }))
    .sort((a, b) => a.at - b.at || (a.delivery < b.delivery ? -1 : 1))
    .slice(-COUNTED_KEPT)
}

function connectionOf({ channel, connection }: Row): ConnectionRef {
  return as<ConnectionRef>({ channel, connection })
}

/** A row whose columns were named in the order of the tuple. */
function tuple<T>(row: Row): T {
  return Object.values(row) as unknown as T
}
