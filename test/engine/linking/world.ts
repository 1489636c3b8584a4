import { randomBytes } from 'node:crypto'
import { createLocalRates } from '#adapters/rates/local.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import type { Account } from '#core/account.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import { PassalongError } from '#core/errors.ts'
import type { PlatformUser } from '#core/identity.ts'
import type { Accounts, LinkChange, Linking } from '#engine/engine.ts'
import { createKeys, type Keys } from '#engine/keys.ts'
import { createLinking } from '#engine/linking/linking.ts'
import type { Store } from '#ports/store/store.ts'
import { accountsOn } from '#test/fixtures/accounts.ts'
import { createMovableClock } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { tempFolder } from '../../adapters/stores/sqlite/harness.ts'

/** The stores that linking is tried on. */
export const STORES = ['memory', 'SQLite'] as const
export type StoreKind = (typeof STORES)[number]

/** Linking on a store whose clock the test moves, with an operator, Ann, and a member, Bob. */
export interface World {
  readonly linking: Linking
  readonly accounts: Accounts
  readonly store: Store
  readonly keys: Keys
  readonly ann: Account
  readonly bob: Account
  /** What listeners were told, in order. */
  readonly told: readonly LinkChange[]
  advance(ms: number): void
  /** Another process on the same data, which knows nothing of this one's rates. */
  another(over?: { store?: Store; signUp?: Accounts['signUp'] }): Linking
  member(username: string): Promise<Account>
  close(): Promise<void>
}

export async function openWorld(
  kind: StoreKind,
  { signUp = 'invite' }: { signUp?: Accounts['signUp'] } = {},
): Promise<World> {
  const { clock, advance } = createMovableClock()
  const folder = tempFolder()
  const store =
    kind === 'memory'
      ? createMemoryStore({}, { clock, randomBytes })
      : createSqliteStore({ dataDir: `${folder.path}/data` }, { clock, randomBytes })
  const keys = createKeys('a secret for tests that is long enough')
  const another: World['another'] = (over = {}) => {
    const rates = createLocalRates({ clock })
    return createLinking({
      ...{ store, keys, rates, clock, logger: quiet, randomBytes, signUp },
      ...over,
    })
  }
  const linking = another()
  const told: LinkChange[] = []
  linking.subscribe((change) => told.push(change))
  const accounts = accountsOn(store, { clock })
  const member = (username: string): Promise<Account> => accounts.create({ username })
  return {
    linking,
    accounts,
    store,
    keys,
    ann: await member('ann'),
    bob: await member('bob'),
    told,
    advance,
    another,
    member,
    async close() {
      await store.close()
      folder.remove()
    },
  }
}

export function userNamed(name: string, more: Partial<PlatformUser> = {}): PlatformUser {
  const handle = name.toLowerCase()
  return {
    ...{ platform: 'telegram', connection: DEFAULT_CONNECTION, id: `id-of-${handle}`, handle },
    name,
    ...more,
  }
}

/** A PIN that is not the one. */
export function otherThan(pin: string): string {
  return String((Number(pin) + 1) % 1_000_000).padStart(6, '0')
}

/** The code of what a promise is refused with; undefined where it is not. */
export async function refusalOf(promise: Promise<unknown>): Promise<string | undefined> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error === undefined || error instanceof PassalongError) return error?.code
  throw error
}

/** Begun in the chat, agreed to on the page: the PIN that is to be typed in the chat. */
export async function metFromChat(
  linking: Linking,
  user: PlatformUser,
  account: Account,
  { move = false } = {},
): Promise<string> {
  const { secret } = await linking.beginInChat(user, { move })
  return (await linking.agreeOnPage(secret, account)).pin
}

/** Begun on the page, agreed to in the chat: the PIN that is to be typed on the page. */
export async function metFromPage(
  linking: Linking,
  user: PlatformUser,
  account: Account,
  { move = false } = {},
): Promise<string> {
  const { secret } = await linking.beginOnPage(account, user.platform)
  return (await linking.agreeInChat(secret, user, { move })).pin
}

/** The whole way, from the chat. */
export async function link(linking: Linking, user: PlatformUser, account: Account): Promise<void> {
  await linking.finishInChat(user, await metFromChat(linking, user, account))
}
