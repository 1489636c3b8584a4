import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { within } from '#engine/within.ts'
import {
  startTelegramApi,
  type TelegramApi,
  TOKEN,
} from '#test/services/telegram-api/telegram-api.ts'
import { type Bench, median } from './bench.ts'
import { MEASURED_CORE, pinned } from './pinned.ts'

const OURS = fileURLToPath(new URL('./updates/bot-process.ts', import.meta.url))
const ECHO = fileURLToPath(new URL('./updates/echo-process.ts', import.meta.url))
/** Who write in one round, each once. */
const PEOPLE = 1_000
const WARM_UP = 2
const LINK = 'https://example.org/a'
/** Without an answer to what was written. */
const PATIENCE_MS = 120_000

/**
 * Updates that a bot has answered a second, over the whole stack with the store on SQLite, beside a bare bot that
 * says back what is written; both by long polling of the same Bot API. Everybody pastes a link for the first time: who
 * they are, what they began and the way to an account are stored before it is answered. Then the memory that their
 * conversations take while nobody writes.
 */
export const run: Bench = async ({ quick, full }) => {
  const rounds = quick ? 3 : 7
  const idle = full ? 10_000 : 2_000
  const folder = mkdtempSync(join(tmpdir(), 'passalong-updates-'))
  const ours = await startBot(['--expose-gc', OURS], ({ url }) => ({
    DATA_DIR: folder,
    PORT: '0',
    LOG_LEVEL: 'error',
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: url,
  }))
  const bare = await startBot([ECHO], ({ url }) => ({ ARGS: `${TOKEN} ${url}` }))
  try {
    const rates = { ours: [] as number[], bare: [] as number[] }
    for (let round = 0; round < WARM_UP + rounds; round++) {
      const one = { ours: await ours.answered(PEOPLE), bare: await bare.answered(PEOPLE) }
      if (round < WARM_UP) continue
      rates.ours.push(one.ours)
      rates.bare.push(one.bare)
    }
    const ratio = median(rates.ours.map((rate, round) => rate / (rates.bare[round] ?? rate)))
    const before = await ours.memory()
    for (let met = 0; met < idle; met += PEOPLE) await ours.answered(PEOPLE)
    const after = await ours.memory()
    return [
      {
        name: 'Telegram messages answered, each of another person',
        value: median(rates.ours),
        unit: '/s',
        reference: { name: 'a bare grammY bot', value: median(rates.bare) },
        ratio,
      },
      {
        name: `memory of ${idle.toLocaleString('en')} idle conversations`,
        value: megabytes(after.rss - before.rss),
        unit: 'MB',
        note: `resident, once collected; of it on the heap ${megabytes(after.heapUsed - before.heapUsed).toFixed(1)} MB`,
      },
    ]
  } finally {
    await ours.end()
    await bare.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface MeasuredBot {
  /** Updates a second: so many people write for the first time, and each gets an answer. */
  answered(people: number): Promise<number>
  /** In bytes, once what is not used is collected. */
  memory(): Promise<Memory>
  end(): Promise<void>
}

type Memory = Pick<NodeJS.MemoryUsage, 'rss' | 'heapUsed'>

async function startBot(
  script: readonly string[],
  environment: (api: TelegramApi) => Readonly<Record<string, string>>,
): Promise<MeasuredBot> {
  const api = await startTelegramApi({ isChecked: false })
  const { ARGS = '', ...env } = environment(api)
  const [program = '', ...args] = pinned(MEASURED_CORE, [process.execPath, ...script])
  const child = spawn(program, [...args, ...ARGS.split(' ').filter(Boolean)], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const sent = counterOfSent(api)
  await api.waitFor(
    () => api.queue.polled,
    () => 'the bot does not poll',
  )
  return {
    async answered(count) {
      const people = Array.from({ length: count }, (_, n) => api.user({ first_name: `P ${n}` }))
      const all = sent() + count
      const began = performance.now()
      for (const person of people) person.says(LINK)
      await within(
        PATIENCE_MS,
        api.waitFor(
          () => sent() >= all,
          () => `${all - sent()} of ${count} have no answer`,
        ),
      )
      return (count * 1_000) / (performance.now() - began)
    },
    async memory() {
      const told = once(child, 'message')
      child.send('memory')
      const [memory] = await told
      return memory as Memory
    },
    async end() {
      await stop(child)
      await api.close()
    },
  }
}

/** How many messages were sent until now, each looked at once. */
function counterOfSent({ requests }: TelegramApi): () => number {
  let [seen, sent] = [0, 0]
  return () => {
    for (const { method } of requests.slice(seen)) if (method === 'sendMessage') sent += 1
    seen = requests.length
    return sent
  }
}

function megabytes(bytes: number): number {
  return bytes / 1_048_576
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
