import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createServerUnderTest } from '#test/fixtures/server.ts'
import { startTelegramApi, TOKEN } from '#test/services/telegram-api/telegram-api.ts'
import { outcomeOf } from './chats/outcome.ts'
import { createPerson, handleOf } from './chats/person.ts'
import { makeTrouble } from './chats/trouble.ts'

/** `CHATS=500` for the figures that are quoted. */
const PEOPLE = Number(process.env.CHATS ?? 12)
const KILLS = 5
const TROUBLE_PERCENT = 5
/** Sends at once: what one kill may leave in doubt. */
const SENDS = 16
const PATIENCE = { againMs: 8_000 + PEOPLE * 100, endMs: 240_000 + PEOPLE * 600 }
const LONG = PATIENCE.endMs + 300_000

test(
  'people share with one another while requests fail and the server is killed: nothing is lost, nobody sees what is not theirs',
  async () => {
    const api = await startTelegramApi()
    const server = await createServerUnderTest({
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: api.url,
      SIGNUP: 'open',
      UNDO_SECONDS: '1',
    })
    const people = Array.from({ length: PEOPLE }, (_, n) =>
      createPerson(api.user({ first_name: `Person ${n}`, username: handleOf(n) }), n, PATIENCE),
    )
    const over = new AbortController()
    try {
      await server.start()
      const random = createRandom(7)
      const trouble = makeTrouble(api, TROUBLE_PERCENT, random)
      const readers = people.map((person) => person.read(over.signal))
      const shares = people.map(async (person, n) => {
        await sleep(random() * PEOPLE * 40)
        await person.share([(n + 1) % PEOPLE, (n + 7) % PEOPLE])
      })
      const sharing = Promise.all(shares)
      const killing = killAsTheyShare()
      await sharing
      await killing
      trouble.end()
      await settled()
      over.abort()
      await Promise.all(readers)
      await server.end('SIGTERM')

      const outcome = await outcomeOf(server.dataDir, people)
      const bound = trouble.unanswered + KILLS * SENDS
      console.log(describe({ ...outcome, trouble: trouble.all, bound }))
      expect(outcome).toMatchObject({ lost: 0, unexplained: 0, untold: 0, leaks: [] })
      expect(outcome.messages).toBeGreaterThanOrEqual(2 * PEOPLE)
      expect(outcome.duplicates).toBeLessThanOrEqual(bound)
      expect(server.output()).not.toContain(TOKEN)
    } finally {
      over.abort()
      await server.dispose()
      await api.close()
    }

    async function killAsTheyShare(): Promise<void> {
      const began = api.requests.length
      for (let kill = 1; kill <= KILLS; kill++) {
        const wanted = began + (kill * PEOPLE * 6) / (KILLS + 1)
        while (api.requests.length < wanted) await sleep(20)
        await server.end('SIGKILL')
        await server.start()
      }
    }

    /** Nothing has been asked of the platform for a while but for news. */
    async function settled(): Promise<void> {
      const asked = (): number =>
        api.requests.filter(({ method }) => method !== 'getUpdates').length
      for (let before = -1; before !== asked(); await sleep(8_000)) before = asked()
    }
  },
  LONG,
)

function describe(figures: object): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.length : value}`)
    .join(', ')
}

/** The same run each time: mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
