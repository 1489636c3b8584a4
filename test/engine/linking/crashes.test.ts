import { afterEach, describe, expect, test } from 'vitest'
import type { Store } from '#ports/store/store.ts'
import {
  link,
  metFromChat,
  metFromPage,
  openWorld,
  STORES,
  type StoreKind,
  userNamed,
  type World,
} from './world.ts'

const user = userNamed('Annie')
let world: World | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

/** Steps of a process until it dies: right before its nth call of the store, or right after. */
function dying(store: Store, nth: number, when: 'before' | 'after'): Store {
  let calls = 0
  const dead = (): Promise<never> => Promise.reject(new Error('the process is dead'))
  const part = <T extends object>(real: T): T =>
    new Proxy(real, {
      get(target, name) {
        const method = Reflect.get(target, name)
        if (typeof method !== 'function') return method
        return (...args: unknown[]) => {
          calls += 1
          if (calls > nth || (calls === nth && when === 'before')) return dead()
          const answer = method.apply(target, args)
          return calls === nth ? Promise.resolve(answer).then(dead) : answer
        }
      },
    })
  return { ...store, identities: part(store.identities), accounts: part(store.accounts) }
}

/** Runs the steps again and again, each time dying a call later, until they live through. */
async function atEveryCall(
  kind: StoreKind,
  options: Parameters<typeof openWorld>[1],
  tryIt: (world: World, dying: (store: Store) => Store) => Promise<'died' | 'lived'>,
): Promise<void> {
  for (const when of ['before', 'after'] as const) {
    for (let nth = 1; ; nth++) {
      world = await openWorld(kind, options)
      const outcome = await tryIt(world, (store) => dying(store, nth, when))
      await world.close()
      world = undefined
      if (outcome === 'lived') {
        expect(nth).toBeGreaterThan(3)
        break
      }
      expect(nth).toBeLessThan(40)
    }
  }
}

const outcomeOf = (steps: Promise<unknown>): Promise<'died' | 'lived'> =>
  steps.then(
    () => 'lived' as const,
    () => 'died' as const,
  )

describe.each(STORES)('a process that dies at any call of the store, on %s', (kind) => {
  test('leaves a link from a chat made or not made, and all of it may be begun again', async () => {
    await atEveryCall(kind, {}, async ({ linking, another, store, ann }, doomed) => {
      const process = another({ store: doomed(store) })
      const outcome = await outcomeOf(link(process, user, ann))
      const account = await linking.accountOf(user)
      expect([null, ann.id]).toContain(account?.id ?? null)
      if (outcome === 'lived') expect(account?.id).toBe(ann.id)
      if (account) await linking.unlink(user, ann.id, 'chat')
      await link(linking, user, ann)
      expect(await linking.identities(ann.id)).toHaveLength(1)
      return outcome
    })
  })

  test('leaves a PIN on the page good where it was not typed for good', async () => {
    await atEveryCall(kind, {}, async ({ linking, another, store, ann }, doomed) => {
      const pin = await metFromPage(linking, user, ann)
      const process = another({ store: doomed(store) })
      const outcome = await outcomeOf(process.finishOnPage(ann, pin))
      const linked = await linking.accountOf(user)
      // Typed again it links, or says that the attempt is over since it does.
      const again = await outcomeOf(linking.finishOnPage(ann, pin))
      if (!linked) expect(again).toBe('lived')
      expect((await linking.accountOf(user))?.id).toBe(ann.id)
      return outcome
    })
  })

  test('leaves a user with the one account or the other when they move', async () => {
    await atEveryCall(kind, {}, async ({ linking, another, store, ann, bob }, doomed) => {
      await link(linking, user, ann)
      const process = another({ store: doomed(store) })
      const steps = async (): Promise<void> => {
        await process.finishInChat(user, await metFromChat(process, user, bob, { move: true }))
      }
      const outcome = await outcomeOf(steps())
      const account = await linking.accountOf(user)
      expect([ann.id, bob.id]).toContain(account?.id)
      const all = await Promise.all([ann, bob].map(({ id }) => linking.identities(id)))
      expect(all.flat()).toHaveLength(1)
      return outcome
    })
  })

  test('leaves no second account, however often the button is pressed again', async () => {
    await atEveryCall(kind, { signUp: 'open' }, async ({ linking, another, store }, doomed) => {
      const before = await store.accounts.count()
      const process = another({ store: doomed(store) })
      const outcome = await outcomeOf(process.createAccount(user, { locale: 'en' }))
      const made = await linking.createAccount(user, { locale: 'en' })
      expect((await linking.accountOf(user))?.id).toBe(made.id)
      expect(await store.accounts.count()).toBe(before + 1)
      return outcome
    })
  })
})
