import type { AccountId, EndpointKey, Instant } from '#core/ids.ts'
import type { ConsentStore, Suppression, SuppressionKind } from '#ports/store/consent.ts'
import type { Database, Timed } from './database.ts'
import { documentSchema } from './schema.ts'
import { changeOrMake } from './update.ts'

export interface SuppressionDocument {
  /** `endpoint/account/kind`; the account is empty where it is all senders'. */
  readonly _id: string
  readonly endpoint: EndpointKey
  readonly account: AccountId | ''
  readonly kind: SuppressionKind
  readonly since: Instant
  readonly until: Instant | null
}

const suppression = documentSchema<SuppressionDocument>({
  _id: String,
  endpoint: String,
  account: String,
  kind: String,
  since: Number,
  until: Number,
})

const untrackedEndpoint = documentSchema<{ readonly _id: EndpointKey }>({ _id: String })

export interface MongoConsent extends ConsentStore {
  /** What stands for any of the endpoints now. */
  ofAll(endpoints: readonly EndpointKey[]): Promise<readonly Suppression[]>
  /** Those that wish not to be tracked. */
  untrackedAmong(endpoints: readonly EndpointKey[]): Promise<ReadonlySet<EndpointKey>>
}

export function createMongoConsent(db: Database): MongoConsent {
  const suppressions = db.model('suppressions', suppression)
  const untracked = db.model('untracked', untrackedEndpoint)

  async function ofAll(endpoints: readonly EndpointKey[]): Promise<readonly Suppression[]> {
    const found = await db.timed(suppressions, { endpoint: { $in: endpoints } })
    return found.filter(stands).map(suppressionOf)
  }

  async function untrackedAmong(
    endpoints: readonly EndpointKey[],
  ): Promise<ReadonlySet<EndpointKey>> {
    const query = untracked.find({ _id: { $in: [...new Set(endpoints)] } })
    const found = await db.attempt(() => query.lean().exec())
    return new Set(found.map(({ _id }) => _id))
  }

  return {
    async suppress(endpoint, account, kind, forMs) {
      const key: SuppressionKey = { endpoint, account: account ?? '', kind }
      const ended = { _id: suppressionId(key), ...key, since: 0 as Instant, until: 0 as Instant }
      await changeOrMake(db, suppressions, ended, [{ $set: lasting(await db.readNow(), forMs) }])
    },
    async lift(endpoint, account, kind) {
      const whose = account === 'all' ? {} : { account: account ?? ('' as const) }
      await db.attempt(() => suppressions.deleteMany({ endpoint, kind, ...whose }).exec())
    },
    of: (endpoint) => ofAll([endpoint]),
    ofAll,
    async setUntracked(endpoint, wish) {
      const of = { _id: endpoint }
      if (wish) {
        await db.attempt(() =>
          untracked.updateOne(of, { $setOnInsert: of }, { upsert: true }).exec(),
        )
      } else {
        await db.attempt(() => untracked.deleteOne(of).exec())
      }
    },
    untrackedAmong,
    isUntracked: async (endpoint) => (await untrackedAmong([endpoint])).has(endpoint),
  }
}

type SuppressionKey = Pick<SuppressionDocument, 'endpoint' | 'account' | 'kind'>

export function suppressionId({ endpoint, account, kind }: SuppressionKey): string {
  return [endpoint, account, kind].join('/')
}

/** One that ran out is replaced; of two that stand the later end holds, and no end is the latest. */
function lasting(now: Instant, forMs: number | null): object {
  const end = forMs === null ? null : now + forMs
  const endless = { $eq: ['$until', null] }
  const standing = { $or: [endless, { $gt: ['$until', now] }] }
  const later = end === null ? null : { $cond: [endless, null, { $max: ['$until', end] }] }
  return {
    since: { $cond: [standing, '$since', now] },
    until: { $cond: [standing, later, end] },
  }
}

function stands({ until, now }: Timed<SuppressionDocument>): boolean {
  return until === null || until > now
}

export function suppressionOf(found: SuppressionDocument): Suppression {
  return {
    endpoint: found.endpoint,
    account: found.account === '' ? null : found.account,
    kind: found.kind,
    since: found.since,
    until: found.until,
  }
}
