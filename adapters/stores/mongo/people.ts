import type { mongo } from 'mongoose'
import { PassalongError } from '#core/errors.ts'
import { type PlatformUser, type PlatformUserKey, platformUserKey } from '#core/identity.ts'
import type { Reach } from '#ports/channel.ts'
import type { PeopleStore, Person } from '#ports/store/people.ts'
import { handleKey } from '../link-steps.ts'
import { isKnownSo } from '../people.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import { documentSchema } from './schema.ts'
import { USER_PATHS, type UserDocument, userDocument, userOf } from './user-documents.ts'

export interface PersonDocument extends UserDocument {
  /** What their handle is found by, with its platform and connection; absent where they have none. One has it. */
  readonly handleKey?: string
  /** As JSON. */
  readonly reach: string | null
}

const personSchema = documentSchema<PersonDocument>({
  ...USER_PATHS,
  handleKey: String,
  reach: String,
})

/** Others show the same handle a few times at most while one takes it. */
const TRIES = 20

/** A handle is taken from whoever had it first, and given then: cut off in between, nobody has it until it is seen. */
export function createMongoPeople(db: Database): PeopleStore {
  const collection = db.collection('people', personSchema)

  const find = async (filter: mongo.Filter<PersonDocument>): Promise<Person | null> => {
    const found = await db.attempt(() => collection.findOne(filter))
    return found && personOf(found)
  }

  const takeHandle = async (_id: string, key: string): Promise<void> => {
    const filter = { handleKey: key, _id: { $ne: _id } }
    const nobodys = { $set: { handle: null }, $unset: { handleKey: 1 } } as const
    await db.attempt(() => collection.updateMany(filter, nobodys))
  }

  /** False: somebody else was given the handle in between, or the person met elsewhere for the first time. */
  const put = async (user: PlatformUser, reach: Reach | null | undefined): Promise<boolean> => {
    const { _id, ...look } = userDocument(user)
    const key = placedHandle(user, user.handle)
    if (key !== null) await takeHandle(_id, key)
    const set = { ...look, ...(key === null ? {} : { handleKey: key }) }
    const known = reach === undefined ? {} : { reach: textOf(reach) }
    const update = {
      $set: { ...set, ...known },
      ...(reach === undefined ? { $setOnInsert: { reach: null } } : {}),
      ...(key === null ? { $unset: { handleKey: 1 } } : {}),
    } as mongo.UpdateFilter<PersonDocument>
    try {
      await db.attempt(() => collection.updateOne({ _id }, update, { upsert: true }))
      return true
    } catch (error) {
      if (isTaken(error)) return false
      throw error
    }
  }

  return {
    async meet(user, reach) {
      if (isKnownSo(await find({ _id: platformUserKey(user) }), user, reach)) return
      for (let i = 0; i < TRIES; i++) if (await put(user, reach)) return
      throw new PassalongError('internal', 'A handle was taken too often at a time.')
    },
    get: (user) => find({ _id: platformUserKey(user) }),
    async byHandle(place, handle) {
      const key = placedHandle(place, handle)
      return key === null ? null : find({ handleKey: key })
    },
  }
}

/** Null where there is no handle. */
function placedHandle(
  { platform, connection }: Pick<PlatformUserKey, 'platform' | 'connection'>,
  handle: string | null,
): string | null {
  return handle === null ? null : `${platform} ${connection} ${handleKey(handle)}`
}

function textOf(reach: Reach | null): string | null {
  return reach && JSON.stringify(reach)
}

export function personDocument(person: Person): PersonDocument {
  const key = placedHandle(person, person.handle)
  const found = key === null ? {} : { handleKey: key }
  return { ...userDocument(person), ...found, reach: textOf(person.reach) }
}

export function personOf(document: PersonDocument): Person {
  const { reach } = document
  return { ...userOf(document), reach: reach === null ? null : JSON.parse(reach) }
}
