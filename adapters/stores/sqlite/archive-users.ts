import type { Instant } from '#core/ids.ts'
import type { ArchiveKind } from '#ports/store/archive.ts'
import type { Reading } from './archive-readings.ts'
import { as } from './held.ts'
import { type AttemptRow, attemptOf } from './link-attempts.ts'
import { type StatusRow, statusOf } from './status-messages.ts'
import {
  type IdentityRow,
  identityOf,
  type PersonRow,
  personOf,
  type UserRow,
  userOf,
} from './user-rows.ts'

/** Kinds that are of users of platforms. */
type UserKind = Extract<ArchiveKind, 'identity' | 'attempt' | 'person' | 'conversation' | 'status'>

const USER = ['platform', 'connection', 'user_id']

export const USER_READINGS: { readonly [K in UserKind]: Reading<K> } = {
  identity: {
    table: 'identity',
    key: USER,
    recordOf: (row) => identityOf(as<IdentityRow>(row)),
  },
  attempt: {
    table: 'link_attempt',
    key: ['beginner'],
    recordOf: (row) => attemptOf(as<AttemptRow>(row)),
  },
  person: {
    table: 'person',
    key: USER,
    recordOf: (row) => personOf(as<PersonRow>(row)),
  },
  conversation: {
    table: 'conversation',
    key: USER,
    recordOf: (row) => ({
      user: userOf(as<UserRow>(row)),
      state: row.state as string,
      version: row.version as number,
      at: row.at as Instant,
    }),
  },
  status: {
    table: 'status_message',
    key: ['share', 'platform', 'connection', 'chat'],
    recordOf: (row) => ({
      status: statusOf(as<StatusRow>(row)),
      changedAt: row.changed_at as Instant,
    }),
  },
}
