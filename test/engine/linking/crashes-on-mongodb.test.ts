import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createLocalRates } from '#adapters/rates/local.ts'
import { RIPE_MS } from '#adapters/stores/mongo/changes.ts'
import type { Account } from '#core/account.ts'
import type { PlatformUser } from '#core/identity.ts'
import type { Linking } from '#engine/engine.ts'
import { createKeys } from '#engine/keys.ts'
import { createLinking } from '#engine/linking/linking.ts'
import type { Store } from '#ports/store/store.ts'
import { accountsOn } from '#test/fixtures/accounts.ts'
import type { Cut } from '#test/fixtures/cut-proxy.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { testStores } from '../../adapters/stores/mongo/harness.ts'
import { link, userNamed } from './world.ts'

/** More writes than linking makes. */
const ENOUGH = 40

const keys = createKeys('a secret for tests that is long enough')
const { clock, open, openBehindProxy, closeAll } = testStores()

function linkingOn(store: Store): Linking {
  const rates = createLocalRates({ clock })
  return createLinking({ store, keys, rates, clock, logger: quiet, randomBytes, signUp: 'open' })
}

interface Given {
  readonly user: PlatformUser
  readonly ann: Account
  readonly bob: Account
}

let nth = 0

async function given(store: Store): Promise<Given> {
  nth += 1
  const accounts = accountsOn(store, { clock })
  return {
    user: userNamed(`user${nth}`),
    ann: await accounts.create({ username: `ann${nth}` }),
    bob: await accounts.create({ username: `bob${nth}` }),
  }
}

/** False: the steps were through before so many writes. */
async function isCutOff(
  cut: Cut,
  steps: (linking: Linking, given: Given) => Promise<unknown>,
  holds: (linking: Linking, given: Given) => Promise<void>,
): Promise<boolean> {
  const what = await given(await open())
  const { store: victim, proxy } = await openBehindProxy()
  proxy.arm(cut)
  await Promise.race([steps(linkingOn(victim), what).catch(() => undefined), proxy.cut])
  clock.advance(RIPE_MS)
  await holds(linkingOn(await open()), what)
  const wasCut = proxy.isCut()
  await closeAll()
  return wasCut
}

async function atEveryWrite(
  ...parts: [Parameters<typeof isCutOff>[1], Parameters<typeof isCutOff>[2]]
) {
  for (const applied of [false, true]) {
    let write = 1
    while (await isCutOff({ write, applied }, ...parts)) write++
    expect(write, 'writes that were cut').toBeGreaterThan(2)
    expect(write).toBeLessThan(ENOUGH)
  }
}

describe.skipIf(skippedFor(await missingDatabase()))(
  'a process that dies at any write on MongoDB',
  { timeout: 120_000 },
  () => {
    test('leaves a user linked to one account or to none, and all of it may be begun again', async () => {
      await atEveryWrite(
        async (linking, { user, ann }) => {
          await link(linking, user, ann)
          await linking.unlink(user, ann.id, 'page')
        },
        async (linking, { user, ann, bob }) => {
          const all = await Promise.all([ann, bob].map(({ id }) => linking.identities(id)))
          const held = await linking.accountOf(user)
          expect(all.flat().map(({ account }) => account)).toEqual(held ? [held.id] : [])
          if (held) await linking.unlink(user, held.id, 'chat')
          await link(linking, user, bob)
          expect((await linking.accountOf(user))?.id).toBe(bob.id)
        },
      )
    })

    test('leaves no second account, however often the button is pressed again', async () => {
      await atEveryWrite(
        (linking, { user }) => linking.createAccount(user, { locale: 'en' }),
        async (linking, { user }) => {
          const made = await linking.createAccount(user, { locale: 'en' })
          expect((await linking.accountOf(user))?.id).toBe(made.id)
          expect(made.username).toBe(user.handle)
        },
      )
    })
  },
)
