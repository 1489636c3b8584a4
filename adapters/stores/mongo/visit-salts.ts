import type { RandomBytes } from '#core/ids.ts'
import type { VisitStore } from '#ports/store/visits.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import { literal, once, UPSERTED } from './update.ts'
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

  async function make(day: string): Promise<Uint8Array | undefined> {
    const fresh = Buffer.from(randomBytes(SALT_BYTES))
    const making = { salt: once('salt', literal(fresh)), madeAt: once('madeAt', db.now()) }
    const made = await db
      .attempt(() => model.findOneAndUpdate({ _id: day }, [{ $set: making }], UPSERTED).exec())
      .catch((error) => (isTaken(error) ? null : Promise.reject(error)))
    return made ? bytesOf(made.salt) : find(day)
  }

  return {
    async salt(day) {
      const salt = (await find(day)) ?? (await make(day))
      if (!salt) throw new Error('a salt was deleted as it was made')
      return salt
    },
    async forgetOld() {
      const madeAt = { $lte: (await db.readNow()) - SALT_KEPT_MS }
      await db.attempt(() => model.deleteMany({ madeAt }).exec())
    },
  }
}

/** Documents that bypass mongoose's casting hold the driver's own kind of bytes. */
export function bytesOf(salt: Buffer | { readonly buffer: Uint8Array }): Uint8Array {
  return new Uint8Array(salt instanceof Uint8Array ? salt : salt.buffer)
}
