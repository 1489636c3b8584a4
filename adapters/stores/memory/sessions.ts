import type { Instant } from '#core/ids.ts'
import { bySeen, SEEN_NOTED_MS, type Sessions } from '../sessions.ts'
import type { MemoryDeps } from './state.ts'

export function createMemorySessions({ state: { sessions }, now }: MemoryDeps): Sessions {
  return {
    async putSession(keyHash, account, data, ttlMs, agent) {
      const at = now()
      const earlier = sessions.get(keyHash)
      sessions.set(keyHash, {
        keyHash,
        account,
        data,
        agent: agent ?? earlier?.agent ?? '',
        createdAt: earlier?.createdAt ?? at,
        seenAt: at,
        until: (at + ttlMs) as Instant,
      })
    },
    async renewSession(keyHash, data, ttlMs, agent) {
      const at = now()
      const earlier = sessions.get(keyHash)
      if (!earlier || earlier.until <= at) return false
      const until = (at + ttlMs) as Instant
      sessions.set(keyHash, { ...earlier, data, agent: agent ?? earlier.agent, seenAt: at, until })
      return true
    },
    async getSession(keyHash) {
      const at = now()
      const session = sessions.get(keyHash)
      if (!session || session.until <= at) return null
      if (session.seenAt <= at - SEEN_NOTED_MS) sessions.set(keyHash, { ...session, seenAt: at })
      return { account: session.account, data: session.data }
    },
    async dropSession(keyHash) {
      sessions.delete(keyHash)
    },
    async sessions(account) {
      return [...sessions.values()]
        .filter((session) => session.account === account && session.until > now())
        .sort(bySeen)
        .map(({ keyHash, createdAt, seenAt, agent }) => ({ keyHash, createdAt, seenAt, agent }))
    },
    async dropSessions(account, except) {
      for (const [key, session] of sessions) {
        if (session.account === account && key !== except) sessions.delete(key)
      }
    },
  }
}
