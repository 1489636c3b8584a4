import type { Instant } from '#core/ids.ts'
import type { AccountStore, TicketPurpose } from '#ports/store/accounts.ts'
import type { Database } from './database.ts'
import { type Ending, forgetEnded } from './forget.ts'
import { documentSchema } from './schema.ts'

/** `_id` is the link's hash. */
export interface TicketDocument extends Ending {
  readonly purpose: TicketPurpose
  readonly subject: string
}

const ticketDocument = documentSchema<TicketDocument>({
  _id: String,
  purpose: String,
  subject: String,
  until: Number,
})

interface Tickets {
  readonly store: Pick<AccountStore, 'addTicket' | 'peekTicket' | 'takeTicket' | 'dropTickets'>
  forgetEnded(limit: number): Promise<void>
}

export function createMongoTickets(db: Database): Tickets {
  const model = db.model('tickets', ticketDocument)

  async function peek(hash: string, purpose: TicketPurpose): Promise<{ subject: string } | null> {
    const [found] = await db.timed(model, { _id: hash, purpose })
    return found && found.until > found.now ? { subject: found.subject } : null
  }

  return {
    store: {
      async addTicket(hash, purpose, subject, ttlMs) {
        const until = ((await db.readNow()) + ttlMs) as Instant
        const ticket = { $set: { purpose, subject, until } }
        await db.attempt(() => model.updateOne({ _id: hash }, ticket, { upsert: true }).exec())
      },
      peekTicket: peek,
      async takeTicket(hash, purpose) {
        const usable = await peek(hash, purpose)
        if (!usable) return null
        const { deletedCount } = await db.attempt(() =>
          model.deleteOne({ _id: hash, purpose }).exec(),
        )
        return deletedCount === 1 ? usable : null
      },
      async dropTickets(purpose, subject) {
        const whose = subject === undefined ? {} : { subject }
        await db.attempt(() => model.deleteMany({ purpose, ...whose }).exec())
      },
    },
    forgetEnded: (limit) => forgetEnded(db, model, limit),
  }
}
