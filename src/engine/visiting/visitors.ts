import type { Instant, RandomBytes } from '#core/ids.ts'
import type { Keys } from '#engine/keys.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { VisitStore } from '#ports/store/visits.ts'
import { within } from '../within.ts'

const DAY_MS = 86_400_000
const SALT_WAIT_MS = 250
const SALT_BYTES = 32
/** A salt of our own, made while the store gives none, serves so long before the store is asked again. */
const MAKESHIFT_MS = 10_000

/** Tells visitors apart within a day, by a hash whose salt is deleted after it. */
export interface Visitors {
  /** Undefined while the day's salt is not here: `prepare` first. */
  hash(now: Instant, client: string): string | undefined
  /** Never throws: without the store a salt of this process serves for the moment. */
  prepare(now: Instant): Promise<void>
}

interface VisitorsDeps {
  readonly visits: Pick<VisitStore, 'salt'>
  readonly keys: Pick<Keys, 'visitor'>
  readonly clock: Clock
  readonly logger: Logger
  readonly randomBytes: RandomBytes
}

interface Salt {
  readonly salt: string
  readonly until: number
}

/** Knows no salt before the first `prepare`. */
export function createVisitors(deps: VisitorsDeps): Visitors {
  /** By day; the last two stay, for visits around midnight. */
  const salts = new Map<number, Salt>()
  const asking = new Map<number, Promise<void>>()

  const usable = (day: number): string | undefined => {
    const known = salts.get(day)
    return known && known.until > deps.clock.monotonic() ? known.salt : undefined
  }

  async function ask(day: number): Promise<void> {
    try {
      const name = new Date(day * DAY_MS).toISOString().slice(0, 10)
      const salt = await within(SALT_WAIT_MS, deps.visits.salt(name))
      salts.set(day, { salt: textOf(salt), until: Number.POSITIVE_INFINITY })
    } catch (error) {
      deps.logger.warn({ err: error }, 'no visitor salt from the store, using one of this process')
      const salt = salts.get(day)?.salt ?? textOf(deps.randomBytes(SALT_BYTES))
      salts.set(day, { salt, until: deps.clock.monotonic() + MAKESHIFT_MS })
    }
    for (const old of salts.keys()) if (old < day - 1) salts.delete(old)
  }

  return {
    hash(now, client) {
      const salt = usable(Math.floor(now / DAY_MS))
      return salt && deps.keys.visitor(salt, client)
    },
    async prepare(now) {
      const day = Math.floor(now / DAY_MS)
      if (usable(day)) return
      const asked = asking.get(day) ?? ask(day).finally(() => asking.delete(day))
      asking.set(day, asked)
      await asked
    },
  }
}

function textOf(salt: Uint8Array): string {
  return Buffer.from(salt).toString('base64url')
}
