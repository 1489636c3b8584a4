import type { AccountId, Code, ShareId } from '#core/ids.ts'
import type { Store } from '#ports/store/store.ts'

/** Of each share that is planted. */
export const RECIPIENTS = 100
/** Few, so that each has more shares than a page of the history shows, however little is stored. */
export const ACCOUNTS = 4
/** So many of its first deliveries were visited, each once. */
export const VISITED = 30
/** What is stored was sent in the last so many days. */
export const DAYS = 80
export const DAY_MS = 86_400_000

/** What was planted, to be looked at: one code of each share. */
export interface PlantedShare {
  readonly id: ShareId
  readonly account: AccountId
  readonly code: Code
}

/** A store that holds deliveries which went out, and can be given more of them. */
export interface Plantation {
  readonly store: Store
  readonly shares: readonly PlantedShare[]
  /** Plants until so many deliveries are stored. */
  grow(deliveries: number): Promise<void>
}

export function onePlanted(shares: readonly PlantedShare[]): PlantedShare {
  const share = shares[Math.floor(Math.random() * shares.length)]
  if (!share) throw new Error('nothing is planted')
  return share
}
