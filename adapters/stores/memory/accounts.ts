import type { Account } from '#core/account.ts'
import type { AccountId, Instant } from '#core/ids.ts'
import type { AccountStore, TicketPurpose } from '#ports/store/accounts.ts'
import { mailboxKey } from '../mailbox-key.ts'
import { createMemorySessions } from './sessions.ts'
import type { MemoryDeps } from './state.ts'

/** A token's use is noted at most once in this time. */
const USE_NOTED_MS = 60_000

export function createMemoryAccounts(parts: MemoryDeps): AccountStore {
  const { state, now } = parts
  const byUsername = (username: string): Account | undefined =>
    [...state.accounts.values()].find((account) => account.username === username)

  const ticket = (hash: string, purpose: TicketPurpose): { subject: string } | null => {
    const found = state.tickets.get(hash)
    const usable = found && found.purpose === purpose && found.until > now()
    return usable ? { subject: found.subject } : null
  }

  return {
    async create({ passwordHash, ...account }, options) {
      if (options?.first && state.accounts.size > 0) return 'not-first'
      if (byUsername(account.username) || state.accounts.has(account.id)) return 'taken'
      const created = { ...account, createdAt: now() }
      state.accounts.set(created.id, created)
      if (passwordHash !== null) state.passwords.set(created.id, passwordHash)
      return created
    },
    async count() {
      return state.accounts.size
    },
    async get(id) {
      return state.accounts.get(id) ?? null
    },
    async byUsername(username) {
      return byUsername(username) ?? null
    },
    async operator() {
      return [...state.accounts.values()].find(({ role }) => role === 'operator') ?? null
    },
    async passwordHash(id) {
      return state.passwords.get(id) ?? null
    },
    async byMailbox(mailbox) {
      return [...state.accounts.values()].filter(({ email, emailVerifiedAt }) => {
        const isVerified = email !== null && emailVerifiedAt !== null
        return isVerified && mailboxKey(email) === mailboxKey(mailbox)
      })
    },
    async displayNames() {
      return [...state.accounts.values()].map(({ id, displayName }) => ({ id, displayName }))
    },
    async update(id, { passwordHash, ...change }) {
      const account = state.accounts.get(id)
      if (!account) return null
      const namesake = change.username === undefined ? undefined : byUsername(change.username)
      if (namesake && namesake.id !== id) return 'taken'
      const updated = { ...account, ...change }
      state.accounts.set(id, updated)
      if (passwordHash !== undefined) state.passwords.set(id, passwordHash)
      return updated
    },

    ...createMemorySessions(parts),

    async addToken(token, hash) {
      state.tokens.set(hash, { ...token, createdAt: now(), lastUsedAt: null })
    },
    async useToken(hash) {
      const token = state.tokens.get(hash)
      const account = token && state.accounts.get(token.account)
      if (!token || !account) return null
      const at = now()
      const noted = token.lastUsedAt !== null && token.lastUsedAt > at - USE_NOTED_MS
      const used = noted ? token : { ...token, lastUsedAt: at }
      state.tokens.set(hash, used)
      return { token: used, account }
    },
    async tokens(account) {
      return [...state.tokens.values()]
        .filter((token) => token.account === account)
        .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    },
    async revokeToken(account: AccountId, id) {
      for (const [hash, token] of state.tokens) {
        if (token.account === account && token.id === id) return state.tokens.delete(hash)
      }
      return false
    },

    async addTicket(hash, purpose, subject, ttlMs) {
      state.tickets.set(hash, { purpose, subject, until: (now() + ttlMs) as Instant })
    },
    async peekTicket(hash, purpose) {
      return ticket(hash, purpose)
    },
    async takeTicket(hash, purpose) {
      const taken = ticket(hash, purpose)
      if (taken) state.tickets.delete(hash)
      return taken
    },
    async dropTickets(purpose, subject) {
      for (const [hash, found] of state.tickets) {
        const meant = found.purpose === purpose && (subject ?? found.subject) === found.subject
        if (meant) state.tickets.delete(hash)
      }
    },
  }
}
