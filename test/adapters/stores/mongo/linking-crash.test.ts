import { randomBytes } from 'node:crypto'
import { describe, expect } from 'vitest'
import { createLocalRates } from '#adapters/rates/local.ts'
import type { Account } from '#core/account.ts'
import type { PlatformUser } from '#core/identity.ts'
import type { Linking } from '#engine/engine.ts'
import { createKeys } from '#engine/keys.ts'
import { createLinking } from '#engine/linking/linking.ts'
import type { Store } from '#ports/store/store.ts'
import { newAccount } from '#test/contracts/store/plans.ts'
import { someUser } from '#test/contracts/store/users.ts'
import { link } from '#test/engine/linking/world.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { crashesOn } from './crashing.ts'
import { testStores } from './harness.ts'

const stores = testStores()
const crashes = crashesOn(stores)
const keys = createKeys('a secret for tests that is long enough')

/** As one process has it. */
function linkingOn(store: Store): Linking {
  const { clock } = stores
  const rates = createLocalRates({ clock })
  return createLinking({ store, keys, rates, clock, logger: quiet, randomBytes, signUp: 'open' })
}

async function member(store: Store): Promise<Account> {
  const made = await store.accounts.create(newAccount())
  if (typeof made === 'string') throw new Error(made)
  return made
}

const someone = async (store: Store) => ({ user: someUser(), ann: await member(store) })
const linkedTo = async (store: Store, user: PlatformUser) =>
  (await store.identities.byUser(user))?.account

describe.skipIf(skippedFor(await missingDatabase()))('a crash', { timeout: 120_000 }, () => {
  crashes('while a user is linked', {
    given: someone,
    when: (store, { user, ann }) => link(linkingOn(store), user, ann),
    async holds(store, { user, ann }) {
      const linking = linkingOn(store)
      if (await linkedTo(store, user)) {
        expect(await linkedTo(store, user)).toBe(ann.id)
        expect(await linking.unlink(user, ann.id, 'chat')).toBe(true)
      }
      await link(linking, user, ann)
      expect(await store.identities.ofAccount(ann.id)).toHaveLength(1)
      expect(await linking.accountOf(user)).toMatchObject({ id: ann.id })
    },
  })

  crashes('while a user is moved to another account', {
    async given(store) {
      const [given, bob] = [await someone(store), await member(store)]
      await link(linkingOn(store), given.user, given.ann)
      return { ...given, bob }
    },
    async when(store, { user, bob }) {
      const linking = linkingOn(store)
      const { secret } = await linking.beginInChat(user, { move: true })
      const { pin } = await linking.agreeOnPage(secret, bob)
      await linking.finishInChat(user, pin)
    },
    async holds(store, { user, ann, bob }) {
      expect([ann.id, bob.id]).toContain(await linkedTo(store, user))
      const all = await Promise.all([ann, bob].map(({ id }) => store.identities.ofAccount(id)))
      expect(all.flat()).toHaveLength(1)
    },
  })

  crashes('while an account is made of a user', {
    async given(store) {
      await member(store)
      return { user: someUser(), before: await store.accounts.count() }
    },
    when: (store, { user }) => linkingOn(store).createAccount(user, { locale: 'en' }),
    async holds(store, { user, before }) {
      const made = await linkingOn(store).createAccount(user, { locale: 'en' })
      expect(await linkedTo(store, user)).toBe(made.id)
      expect(await store.accounts.count()).toBe(before + 1)
    },
  })

  crashes('while a handle goes from one person to another', {
    async given(store) {
      const [bob, rob] = [someUser({ handle: 'bob' }), someUser({ handle: 'Bob' })]
      await store.people.meet(bob, { chat: 'b' })
      return { bob, rob }
    },
    when: (store, { rob }) => store.people.meet(rob, { chat: 'r' }),
    async holds(store, { bob, rob }) {
      const found = await store.people.byHandle(bob, 'bob')
      expect([undefined, bob.id, rob.id]).toContain(found?.id)
      await store.people.meet(rob, { chat: 'r' })
      expect(await store.people.byHandle(bob, 'bob')).toEqual({ ...rob, reach: { chat: 'r' } })
      expect(await store.people.get(bob)).toEqual({ ...bob, handle: null, reach: { chat: 'b' } })
    },
  })
})
