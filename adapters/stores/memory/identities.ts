import { platformUserKey } from '#core/identity.ts'
import type { Instant } from '#core/ids.ts'
import type { IdentityStore, LinkAttempt } from '#ports/store/identities.ts'
import {
  beginnerKey,
  begunBy,
  begunStep,
  byLinking,
  linkStep,
  metStep,
  shownBy,
  triedStep,
} from '../link-steps.ts'
import type { MemoryDeps } from './state.ts'

export function createMemoryIdentities({ state, now }: MemoryDeps): IdentityStore {
  const attempts = (): readonly (readonly [beginner: string, attempt: LinkAttempt])[] => [
    ...state.linkAttempts,
  ]
  const standing = (attempt: LinkAttempt | undefined): LinkAttempt | null =>
    attempt && attempt.expiresAt > now() ? attempt : null

  /** Undefined where the step refuses, or there is no such attempt. */
  const change = (
    hash: string,
    step: (attempt: LinkAttempt) => LinkAttempt | undefined,
  ): LinkAttempt | null => {
    const found = attempts().find(([, attempt]) => attempt.hash === hash)
    const after = found && step(found[1])
    if (!found || !after) return null
    state.linkAttempts.set(found[0], after)
    return after
  }

  return {
    async byUser(user) {
      return state.identities.get(platformUserKey(user)) ?? null
    },
    async ofAccount(account) {
      return [...state.identities.values()]
        .filter((identity) => identity.account === account)
        .sort(byLinking)
    },
    async link(user, account, expected) {
      const key = platformUserKey(user)
      const before = state.identities.get(key) ?? null
      const linked = linkStep(before, user, { account, expected, now: now() })
      if (!('heldBy' in linked)) state.identities.set(key, linked)
      return linked
    },
    async rename(user) {
      const key = platformUserKey(user)
      const before = state.identities.get(key)
      if (before) state.identities.set(key, { ...before, ...shownBy(user) })
    },
    async unlink(user, account) {
      const key = platformUserKey(user)
      return state.identities.get(key)?.account === account && state.identities.delete(key)
    },

    async begin(attempt, ttlMs) {
      const begun = begunStep(attempt, (now() + ttlMs) as Instant)
      state.linkAttempts.set(begunBy(begun), begun)
    },
    async attempt(hash) {
      return standing(attempts().find(([, attempt]) => attempt.hash === hash)?.[1])
    },
    async attemptOf(beginner) {
      return standing(state.linkAttempts.get(beginnerKey(beginner)))
    },
    async meet(hash, meeting) {
      return change(hash, (attempt) => metStep(attempt, meeting, now()))
    },
    async countTry(hash, max) {
      return change(hash, (attempt) => triedStep(attempt, max, now()))
    },
    async end(hash) {
      const found = attempts().find(([, attempt]) => attempt.hash === hash)
      if (!found) return false
      state.linkAttempts.delete(found[0])
      return standing(found[1]) !== null
    },
  }
}
