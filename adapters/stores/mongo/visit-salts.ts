import type { mongo } from 'mongoose'
import type { RandomBytes } from '#core/ids.ts'
import type { VisitStore } from '#ports/store/visits.ts'
import type { Database } from './database.ts'
import { ignoreTaken } from './faults.ts'
import { saltSchema } from './visit-documents.ts'

const SALT_BYTES = 32
const SALT_KEPT_MS = 48 * 3_600_000

interface Salts extends Pick<VisitStore, 'salt'> {
  forgetOld(): Promise<void>
}

/** The day's salts: whoever asks first makes one, and all others get it. */
export function createSalts(db: Database, randomBytes: RandomBytes): Salts {
  const model = db.model('visit_salts', saltSchema)

  async function find(day: string): Promise<Uint8Array | undefined> {
    const found = await db.attempt(() => model.findById(day).lean().exec())
    return found ? bytesOf(found.salt) : undefined
  }

  async function make(day: string): Promise<void> {
    const salt = Buffer.from(randomBytes(SALT_BYTES))
    const made = { _id: day, salt, madeAt: await db.readNow() }
    await ignoreTaken(db.attempt(() => model.insertMany([made])))
  }

  return {
    async salt(day) {
      const known = await find(day)
      if (known) return known
      await make(day)
      const made = await find(day)
      if (!made) throw new Error('a salt was deleted as it was made')
      return made
    },
    async forgetOld() {
      const madeAt = { $lte: (await db.readNow()) - SALT_KEPT_MS }
      await db.attempt(() => model.deleteMany({ madeAt }).exec())
    },
  }
}

/** Documents that are read without mongoose's casting hold bytes as the driver does. */
export function bytesOf(salt: Buffer | mongo.Binary): Uint8Array {
  return new Uint8Array(salt instanceof Uint8Array ? salt : salt.value())
}
