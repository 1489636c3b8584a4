import { platformUserKey } from '#core/identity.ts'
import type { PeopleStore, Person } from '#ports/store/people.ts'
import { handleKey, shownBy } from '../link-steps.ts'
import type { MemoryDeps } from './state.ts'

export function createMemoryPeople({ state }: MemoryDeps): PeopleStore {
  const holderOf = (
    place: Pick<Person, 'platform' | 'connection'>,
    handle: string,
  ): Person | undefined =>
    [...state.people.values()].find(
      (person) =>
        person.platform === place.platform &&
        person.connection === place.connection &&
        person.handle !== null &&
        handleKey(person.handle) === handleKey(handle),
    )

  return {
    async meet(user, reach) {
      const before = user.handle === null ? undefined : holderOf(user, user.handle)
      if (before) state.people.set(platformUserKey(before), { ...before, handle: null })
      const key = platformUserKey(user)
      const known = state.people.get(key)?.reach ?? null
      state.people.set(key, { ...shownBy(user), reach: reach === undefined ? known : reach })
    },
    async get(user) {
      return state.people.get(platformUserKey(user)) ?? null
    },
    async byHandle(place, handle) {
      return holderOf(place, handle) ?? null
    },
  }
}
