import type { EndpointKey } from '#core/ids.ts'
import type { Database } from './database.ts'
import { insertMissing } from './inserts.ts'
import { portionsOf } from './portions.ts'
import { documentSchema } from './schema.ts'

/** An endpoint that an account wrote to: `account/endpoint`. */
export interface KnownDocument {
  readonly _id: string
}

const knownSchema = documentSchema<KnownDocument>({ _id: String })

/** Whom accounts wrote to. */
export interface Known {
  of(account: string, endpoints: readonly EndpointKey[]): Promise<ReadonlySet<EndpointKey>>
  add(account: string, endpoints: readonly EndpointKey[]): Promise<void>
}

export function createKnown(db: Database): Known {
  const collection = db.collection('known_endpoints', knownSchema)
  return {
    async of(account, endpoints) {
      const ids = endpoints.map((endpoint) => knownId(account, endpoint))
      const filter = { _id: { $in: ids } }
      const found = await db.attempt(() => collection.find(filter).toArray())
      return new Set(found.map(({ _id }) => _id.slice(account.length + 1) as EndpointKey))
    },
    async add(account, endpoints) {
      for (const some of portionsOf(endpoints, db.portion)) {
        const documents = some.map((endpoint) => ({ _id: knownId(account, endpoint) }))
        await db.attempt(() => insertMissing(collection, documents))
      }
    },
  }
}

export function knownId(account: string, endpoint: EndpointKey): string {
  return `${account}/${endpoint}`
}
