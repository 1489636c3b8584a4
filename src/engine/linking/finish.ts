import { timingSafeEqual } from 'node:crypto'
import type { Identity, PlatformUser } from '#core/identity.ts'
import type { AccountId } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { LinkAttempt, LinkBeginner } from '#ports/store/identities.ts'
import type { LinkParts } from './deps.ts'
import { leaveNoWayIn } from './leaving.ts'
import { MAX_TRIES, takeTry } from './limits.ts'
import { readPin } from './secrets.ts'

/** An attempt that both sides have joined. */
interface Met extends LinkAttempt {
  readonly user: PlatformUser
  readonly account: AccountId
  readonly pinHash: string
}

export function isMet(attempt: LinkAttempt | null): attempt is Met {
  return attempt !== null && attempt.pinHash !== null && !!attempt.user && attempt.account !== null
}

/**
 * Takes the PIN at the side that began: proof first, then the link, then the end of the attempt. A crash between any
 * two of them leaves linked or not linked, and the same PIN, or another attempt, makes it whole.
 */
export async function finish(
  parts: LinkParts,
  beginner: LinkBeginner,
  typed: string,
): Promise<Identity> {
  const attempt = await prove(parts, beginner, readPin(typed))
  const identity = await link(parts, attempt)
  if (attempt.movesFrom !== null) await leaveNoWayIn(parts, attempt.movesFrom)
  if (await parts.store.identities.end(attempt.hash)) tellLinked(parts, attempt)
  return identity
}

/** Each try is counted before it is looked at. */
async function prove(parts: LinkParts, beginner: LinkBeginner, pin: string): Promise<Met> {
  const { store, keys, rates } = parts
  const attempt = await store.identities.attemptOf(beginner)
  if (!isMet(attempt)) throw refusal('gone', 'link.fault.noPin')
  await takeTry(rates, attempt)
  const counted = await store.identities.countTry(attempt.hash, MAX_TRIES)
  if (!isMet(counted)) throw refusal('gone', 'link.fault.noPin')
  if (isSame(keys.pinHash(counted.hash, pin), counted.pinHash)) return counted
  const left = Math.max(0, MAX_TRIES - counted.tries)
  if (left === 0) await store.identities.end(counted.hash)
  throw refusal('invalid_field', 'link.fault.pin', { field: 'pin', values: { left } })
}

async function link({ store }: LinkParts, { hash, user, account, movesFrom }: Met) {
  const { identities } = store
  let linked = await identities.link(user, account, movesFrom)
  // Who acts for nobody any more needs not agree to leave anybody.
  if ('heldBy' in linked && linked.heldBy === null) {
    linked = await identities.link(user, account, null)
  }
  if (!('heldBy' in linked)) return linked
  await identities.end(hash)
  throw refusal('conflict', 'link.fault.moved')
}

function tellLinked({ tell }: LinkParts, { user, account, movesFrom, begun: by }: Met): void {
  if (movesFrom !== null) tell({ kind: 'unlinked', user, account: movesFrom, by })
  tell({ kind: 'linked', user, account, by })
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
