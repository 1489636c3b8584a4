import { randomBytes } from 'node:crypto'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import type { Delivery, Share } from '#core/share.ts'
import { handleOf, type Person, type Written } from './person.ts'

/** What it came to, as it is printed. */
export interface Outcome {
  readonly people: number
  readonly shares: number
  readonly messages: number
  /** Said to be delivered, and never seen by whom it was for. */
  readonly lost: number
  /** Seen more than once, each time beyond the first. */
  readonly duplicates: number
  /** Not delivered, and the sender reads why. */
  readonly explained: number
  /** Neither: nobody says what became of them. */
  readonly unexplained: number
  /** Of somebody else, in a chat that they do not belong in. */
  readonly leaks: readonly string[]
}

/** What the store of a server that has stopped says, against what people saw. */
export async function outcomeOf(dataDir: string, people: readonly Person[]): Promise<Outcome> {
  const store = createSqliteStore({ dataDir }, { clock: createSystemClock(), randomBytes })
  try {
    const sent = await Promise.all(people.map((person) => sentBy(store, person)))
    const messages = sent.flat()
    const arrived = messages.map(({ delivery, words }) => seenBy(people, delivery, words))
    const isGone = messages.map(({ delivery }) => delivery.state === 'accepted')
    return {
      people: people.length,
      shares: new Set(messages.map(({ share }) => share.id)).size,
      messages: messages.length,
      lost: arrived.filter((times, at) => isGone[at] && times === 0).length,
      duplicates: arrived.reduce((sum, times) => sum + Math.max(0, times - 1), 0),
      explained: messages.filter(({ delivery }) => isExplained(delivery)).length,
      unexplained: messages.filter(({ delivery }, at) => !isGone[at] && !isExplained(delivery))
        .length,
      leaks: people.flatMap((person) => leaksTo(person, people)),
    }
  } finally {
    await store.close()
  }
}

interface Sent {
  readonly share: Share
  readonly delivery: Delivery
  readonly words: string
}

type Store = ReturnType<typeof createSqliteStore>

async function sentBy(store: Store, { user, n }: Person): Promise<readonly Sent[]> {
  const identity = await store.identities.byUser({
    platform: 'telegram',
    connection: 'default' as never,
    id: String(user.id),
  })
  if (!identity) throw new Error(`${handleOf(n)} is not linked`)
  const { items } = await store.shares.page(identity.account, { limit: 50, cursor: null })
  const sent = await Promise.all(items.map(({ share }) => deliveriesOf(store, share)))
  return sent.flat()
}

async function deliveriesOf(store: Store, share: Share): Promise<readonly Sent[]> {
  const deliveries = await store.deliveries.ofShare(share.id)
  return deliveries.map((delivery) => ({ share, delivery, words: share.note }))
}

function isExplained({ state, reason }: Delivery): boolean {
  return (state === 'waiting' || state === 'failed' || state === 'unknown') && reason !== null
}

function seenBy(people: readonly Person[], delivery: Delivery, words: string): number {
  const person = people.find(({ user }) => String(user.id) === delivery.address?.value)
  const messages = person?.user.sees() ?? []
  return messages.filter(({ text }) => text?.includes(words)).length
}

/** Words that are neither theirs nor meant for them. */
function leaksTo(person: Person, people: readonly Person[]): readonly string[] {
  const written: readonly Written[] = people.flatMap((one) => one.written)
  const known = new Map(written.map((one) => [one.words, one]))
  const seen = person.user
    .sees()
    .flatMap(({ text = '' }) => text.match(/words-[\d-]+to-[\d-]+end/g) ?? [])
  return [...new Set(seen)].filter((words) => {
    const one = known.get(words)
    return one?.from !== person.n && !one?.to.includes(person.n)
  })
}
