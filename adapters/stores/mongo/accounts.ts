import type { Account, Permissions } from '#core/account.ts'
import type { AccountId } from '#core/ids.ts'
import type { AccountStore } from '#ports/store/accounts.ts'
import type { ArchiveRecords } from '#ports/store/archive.ts'
import { mailboxKey } from '../mailbox-key.ts'
import { createMongoApiTokens } from './api-tokens.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import { gather, TOGETHER } from './gather.ts'
import { documentSchema, partSchema } from './schema.ts'
import { createMongoSessions } from './sessions.ts'
import { createMongoTickets } from './tickets.ts'
import { withinPart } from './update.ts'

export interface AccountDocument extends Omit<Account, 'id'> {
  readonly _id: AccountId
  readonly passwordHash: string | null
  /** What its mailbox is found by, verified or not. */
  readonly mailbox?: string | null
  /** Of the first account alone; there can be one. */
  readonly first?: true
}

const permissions = partSchema<Permissions>({
  channels: { type: [String], default: undefined },
  messagesPerDay: Number,
  newEndpointsPerDay: Number,
})

const accountSchema = documentSchema<AccountDocument>({
  _id: String,
  username: String,
  displayName: String,
  role: String,
  email: String,
  emailVerifiedAt: Number,
  vouched: Boolean,
  allowReplies: Boolean,
  locale: String,
  timeZone: String,
  permissions,
  passwordHash: String,
  mailbox: String,
  createdAt: Number,
  first: Boolean,
})

export interface MongoAccounts extends AccountStore {
  /** Forgets sessions and one-time links that ran out, so many of each at most. */
  forgetEnded(limit: number): Promise<void>
}

export function createMongoAccounts(db: Database): MongoAccounts {
  const model = db.model('accounts', accountSchema)
  const sessions = createMongoSessions(db)
  const tickets = createMongoTickets(db)

  async function find(filter: Partial<AccountDocument>): Promise<AccountDocument | null> {
    return db.attempt(() => model.findOne(filter).lean<AccountDocument>().exec())
  }
  async function account(filter: Partial<AccountDocument>): Promise<Account | null> {
    const found = await find(filter)
    return found && accountOf(found)
  }
  /** Each send asks for its sender. */
  const get = gather<AccountId, Account | null>(async (ids) => {
    const filter = { _id: { $in: [...new Set(ids)] } }
    const found = await db.attempt(() => model.find(filter).lean<AccountDocument[]>().exec())
    const accounts = new Map(found.map((document) => [document._id, accountOf(document)]))
    return ids.map((id) => accounts.get(id) ?? null)
  }, TOGETHER)
  const count = (): Promise<number> => db.attempt(() => model.countDocuments().exec())

  return {
    async create({ passwordHash, id, ...rest }, options) {
      if (options?.first && (await count()) > 0) return 'not-first'
      const first = options?.first ? { first: true as const } : {}
      const createdAt = await db.readNow()
      const made = accountDocument({ account: { id, ...rest, createdAt }, passwordHash })
      const created = { ...made, ...first }
      try {
        await db.attempt(() => model.insertMany([created]))
        return accountOf(created)
      } catch (error) {
        if (isTaken(error, 'first')) return 'not-first'
        if (isTaken(error)) return 'taken'
        throw error
      }
    },
    count,
    get,
    byUsername: (username) => account({ username }),
    async operator() {
      const found = await db.attempt(() => model.find({ role: 'operator' }).lean().exec())
      const [first] = found.sort((a, b) => a.createdAt - b.createdAt || (a._id < b._id ? -1 : 1))
      return first ? accountOf(first) : null
    },
    async passwordHash(id) {
      return (await find({ _id: id }))?.passwordHash ?? null
    },
    async byMailbox(mailbox) {
      const filter = { mailbox: mailboxKey(mailbox), emailVerifiedAt: { $ne: null } }
      const found = await db.attempt(() => model.find(filter).lean<AccountDocument[]>().exec())
      return found.map(accountOf)
    },
    async displayNames() {
      const found = await db.attempt(() => model.find({}, { displayName: 1 }).lean().exec())
      return found.map(({ _id, displayName }) => ({ id: _id, displayName }))
    },
    async update(id, { permissions, ...rest }) {
      const change = {
        ...rest,
        ...mailboxOf(rest),
        ...(permissions ? withinPart('permissions', permissions) : {}),
      }
      try {
        // Not in one call: compatible servers give a broken index its own code in plain updates alone.
        const { matchedCount } = await db.attempt(() =>
          model.updateOne({ _id: id }, { $set: change }).exec(),
        )
        return matchedCount === 0 ? null : account({ _id: id })
      } catch (error) {
        if (isTaken(error)) return 'taken'
        throw error
      }
    },
    ...sessions.store,
    ...createMongoApiTokens(db, (id) => account({ _id: id })),
    ...tickets.store,
    async forgetEnded(limit) {
      await sessions.forgetEnded(limit)
      await tickets.forgetEnded(limit)
    },
  }
}

/** Without what stands for the first account alone. */
export function accountDocument({
  account: { id, ...account },
  passwordHash,
}: ArchiveRecords['account']): AccountDocument {
  return { _id: id, ...account, passwordHash, ...mailboxOf(account) }
}

function mailboxOf({ email }: Partial<Pick<Account, 'email'>>): Pick<AccountDocument, 'mailbox'> {
  return email === undefined ? {} : { mailbox: email && mailboxKey(email) }
}

export function accountOf(found: AccountDocument): Account {
  return {
    id: found._id,
    username: found.username,
    displayName: found.displayName,
    role: found.role,
    email: found.email,
    emailVerifiedAt: found.emailVerifiedAt,
    vouched: found.vouched,
    allowReplies: found.allowReplies,
    locale: found.locale,
    timeZone: found.timeZone,
    permissions: {
      channels: found.permissions.channels,
      messagesPerDay: found.permissions.messagesPerDay,
      newEndpointsPerDay: found.permissions.newEndpointsPerDay,
    },
    createdAt: found.createdAt,
  }
}
