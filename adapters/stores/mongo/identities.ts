import type { mongo } from 'mongoose'
import { PassalongError } from '#core/errors.ts'
import {
  type Identity,
  type PlatformUser,
  type PlatformUserKey,
  platformUserKey,
} from '#core/identity.ts'
import type { AccountId, Instant } from '#core/ids.ts'
import type { IdentityStore } from '#ports/store/identities.ts'
import { byLinking, linkStep, looksAs } from '../link-steps.ts'
import type { Database } from './database.ts'
import { insertEach } from './inserts.ts'
import { createMongoLinkAttempts, type LinkAttempts } from './link-attempts.ts'
import { documentSchema } from './schema.ts'
import { createStamped, type Stamped } from './stamped.ts'
import { USER_PATHS, type UserDocument, userDocument, userOf } from './user-documents.ts'

export interface IdentityDocument extends UserDocument, Stamped {
  readonly account: AccountId
  readonly linkedAt: Instant
}

const identitySchema = documentSchema<IdentityDocument>({
  ...USER_PATHS,
  account: String,
  linkedAt: Number,
  stamp: String,
  stamps: { type: [String], default: undefined },
})

export interface MongoIdentities extends IdentityStore, Pick<LinkAttempts, 'forgetEnded'> {}

/** Others link the same user a few times at most while one tries. */
const TRIES = 20

export function createMongoIdentities(db: Database): MongoIdentities {
  const collection = db.collection('identities', identitySchema)
  const stamped = createStamped(db, collection)

  const find = (user: PlatformUserKey): Promise<IdentityDocument | null> =>
    db.attempt(() => collection.findOne({ _id: platformUserKey(user) }))

  /** False: it is no longer as it was read. */
  const put = async (before: IdentityDocument | null, linked: Identity): Promise<boolean> => {
    if (before) {
      const { handle, name, account, linkedAt } = linked
      return stamped.put({ before, set: { handle, name, account, linkedAt }, unset: [] })
    }
    const fresh = { ...identityDocument(linked), stamp: stamped.newStamp() }
    return (await db.attempt(() => insertEach(collection, [fresh])))[0] ?? false
  }

  const { forgetEnded, ...attempts } = createMongoLinkAttempts(db)
  return {
    async byUser(user) {
      const found = await find(user)
      return found && identityOf(found)
    },
    async ofAccount(account) {
      const found = await db.attempt(() => collection.find({ account }).toArray())
      return found.map(identityOf).sort(byLinking)
    },
    async link(user, account, expected) {
      for (let i = 0; i < TRIES; i++) {
        const [before, now] = await Promise.all([find(user), db.readNow()])
        const linked = linkStep(before && identityOf(before), user, { account, expected, now })
        if ('heldBy' in linked || (await put(before, linked))) return linked
      }
      throw new PassalongError('internal', 'A user was linked too often at a time.')
    },
    async rename(user) {
      const before = await find(user)
      if (!before || looksAs(before, user)) return
      await db.attempt(() => collection.updateOne({ _id: before._id }, { $set: lookOf(user) }))
    },
    async unlink(user, account) {
      const filter = { _id: platformUserKey(user), account } as mongo.Filter<IdentityDocument>
      const { deletedCount } = await db.attempt(() => collection.deleteOne(filter))
      return deletedCount === 1
    },
    ...attempts,
    forgetEnded,
  }
}

function lookOf({ handle, name }: PlatformUser): Pick<PlatformUser, 'handle' | 'name'> {
  return { handle, name }
}

export function identityDocument({ account, linkedAt, ...user }: Identity) {
  return { ...userDocument(user), account, linkedAt }
}

export function identityOf(document: IdentityDocument): Identity {
  return { ...userOf(document), account: document.account, linkedAt: document.linkedAt }
}
