import type { PlatformUser, PlatformUserKey } from '#core/identity.ts'
import type { Reach } from '../channel.ts'

/** A user who has come to a bot, and where they are written to. */
export interface Person extends PlatformUser {
  /** Null: they came by, but cannot be written to (never started it, or blocked it). */
  readonly reach: Reach | null
}

/** Whom the bots have met: how a handle becomes an id, and who can be written to. */
export interface PeopleStore {
  /** How the person shows themselves now; a handle is taken from whoever had it before. `reach` left out stays. */
  meet(user: PlatformUser, reach?: Reach | null): Promise<void>
  get(user: PlatformUserKey): Promise<Person | null>
  /** `handle` without `@`, compared without case; the one who had it last. */
  byHandle(
    place: Pick<PlatformUserKey, 'platform' | 'connection'>,
    handle: string,
  ): Promise<Person | null>
}
