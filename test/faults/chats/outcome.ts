import { randomBytes } from 'node:crypto'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import type { Delivery, Share } from '#core/share.ts'
import { handleOf, isStatusOf, type Person, type Written } from './person.ts'

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
  /** Of which the sender's own status message says something else, or nothing. */
  readonly untold: number
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
      untold: messages.filter((one) => !isTold(one)).length,
      leaks: people.flatMap((person) => leaksTo(person, people, messages)),
    }
  } finally {
    await store.close()
  }
}

interface Sent {
  readonly from: Person
  readonly share: Share
  readonly delivery: Delivery
  readonly words: string
}

type Store = ReturnType<typeof createSqliteStore>

async function sentBy(store: Store, person: Person): Promise<readonly Sent[]> {
  const { user, n } = person
  const identity = await store.identities.byUser({
    platform: 'telegram',
    connection: 'default' as never,
    id: String(user.id),
  })
  if (!identity) throw new Error(`${handleOf(n)} is not linked`)
  const { items } = await store.shares.page(identity.account, { limit: 50, cursor: null })
  const sent = await Promise.all(items.map(({ share }) => deliveriesOf(store, person, share)))
  return sent.flat()
}

async function deliveriesOf(store: Store, from: Person, share: Share): Promise<readonly Sent[]> {
  const deliveries = await store.deliveries.ofShare(share.id)
  return deliveries.map((delivery) => ({ from, share, delivery, words: share.note }))
}

function isExplained({ state, reason }: Delivery): boolean {
  return (state === 'waiting' || state === 'failed' || state === 'unknown') && reason !== null
}

function seenBy(people: readonly Person[], delivery: Delivery, words: string): number {
  const person = people.find(({ user }) => String(user.id) === delivery.address?.value)
  const messages = person?.user.sees() ?? []
  return messages.filter(({ text }) => text?.includes(words)).length
}

/** What somebody saw that is neither theirs nor meant for them: words, links of others, others’ names. */
function leaksTo(
  person: Person,
  people: readonly Person[],
  sent: readonly Sent[],
): readonly string[] {
  const seen = person.user.sees().map(({ text = '' }) => text)
  const all = (pattern: RegExp): readonly string[] => [
    ...new Set(seen.flatMap((text) => [...text.matchAll(pattern)].map(([, found = '']) => found))),
  ]
  const acquainted = acquaintancesOf(person, people)
  return [
    ...all(/(words-[\d-]+to-[\d-]+end)/g).filter((words) => !isFor(person, people, words)),
    ...all(/\/r\/(\w+)/g).filter((code) => !isLinkOf(person, sent, code)),
    ...all(/(?:@person|Person )(\d+)/g).filter((n) => !acquainted.has(Number(n))),
  ]
}

function isFor({ n }: Person, people: readonly Person[], words: string): boolean {
  const written: readonly Written[] = people.flatMap((one) => one.written)
  const one = written.find((other) => other.words === words)
  return one !== undefined && (one.from === n || one.to.includes(n))
}

function isLinkOf({ user }: Person, sent: readonly Sent[], code: string): boolean {
  return sent.some(
    ({ delivery }) => delivery.code === code && delivery.address?.value === String(user.id),
  )
}

/** Themselves, whom they wrote to, and who wrote to them. */
function acquaintancesOf({ n, written }: Person, people: readonly Person[]): ReadonlySet<number> {
  const writers = people.filter((one) => one.written.some(({ to }) => to.includes(n)))
  return new Set([n, ...written.flatMap(({ to }) => to), ...writers.map((one) => one.n)])
}

/** As the sender's last word on the share says of its recipient. */
function isTold({ delivery, words, from }: Sent): boolean {
  const handle = /@person\d+/.exec(delivery.recipient ?? '')?.[0] ?? ''
  const status = from.user.sees().findLast((message) => isStatusOf(message, words))
  const theirs = new RegExp(`${handle}\\b`)
  const line = (status?.text ?? '').split('\n').find((one) => theirs.test(one))
  return line?.startsWith(MARKS[delivery.state] ?? '?') ?? false
}

const MARKS: Partial<Readonly<Record<Delivery['state'], string>>> = {
  accepted: '✓',
  delivered: '✓',
  waiting: '✋',
  failed: '✗',
  unknown: '?',
}
