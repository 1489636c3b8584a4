import type { Platform, PlatformUserKey } from '#core/identity.ts'
import { platformUserKey } from '#core/identity.ts'
import type { ConnectionId } from '#core/ids.ts'
import type { ArchiveKind } from '#ports/store/archive.ts'
import type { ConversationDocument } from './conversations.ts'
import { type IdentityDocument, identityDocument, identityOf } from './identities.ts'
import { type Keeping, keep, STAMP } from './keeping.ts'
import { type AttemptDocument, attemptDocument, attemptOf } from './link-attempts.ts'
import { type PersonDocument, personDocument, personOf } from './people.ts'
import { type StatusDocument, statusDocument, statusOf } from './status-messages.ts'

/** Kinds that are of users of platforms. */
type UserKind = Extract<ArchiveKind, 'identity' | 'attempt' | 'person' | 'conversation' | 'status'>

export const USER_KEEPINGS: { readonly [K in UserKind]: Keeping<K> } = {
  identity: keep<'identity', IdentityDocument>(
    'identities',
    (identity) => ({ ...identityDocument(identity), stamp: STAMP }),
    identityOf,
  ),
  attempt: keep<'attempt', AttemptDocument>(
    'link_attempts',
    (attempt) => ({ ...attemptDocument(attempt), stamp: STAMP }),
    attemptOf,
  ),
  person: keep<'person', PersonDocument>('people', personDocument, personOf),
  conversation: keep<'conversation', ConversationDocument>(
    'conversations',
    ({ user, ...conversation }) => ({ _id: platformUserKey(user), ...conversation }),
    ({ _id, ...conversation }) => ({ user: userIn(_id), ...conversation }),
  ),
  status: keep<'status', StatusDocument>(
    'status_messages',
    ({ status, changedAt }) => statusDocument(status, changedAt),
    (document) => ({ status: statusOf(document), changedAt: document.changedAt }),
  ),
}

/** As `platformUserKey` writes it. */
function userIn(key: string): PlatformUserKey {
  const [platform, connection, id] = key.split(' ')
  return {
    platform: platform as Platform,
    connection: connection as ConnectionId,
    id: id ?? '',
  }
}
