import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Message } from '@grammyjs/types'
import { within } from '#engine/within.ts'
import {
  startTelegramApi,
  type TelegramApi,
  type TelegramUser,
  TOKEN,
} from '#test/services/telegram-api/telegram-api.ts'
import { type Bench, median } from './bench.ts'
import { MEASURED_CORE, pinned } from './pinned.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const ECHO = fileURLToPath(new URL('./updates/echo-process.ts', import.meta.url))
/** Who press a button in one round, each once. */
const PEOPLE = 1_000
const WARM_UP = 2
/** Without an answer to what was pressed. */
const PATIENCE_MS = 120_000

/**
 * Updates that a bot has answered a second, over the whole stack with the store on SQLite, beside a bare bot that
 * says back what is pressed; both by long polling of the same Bot API. Buttons are what is pressed, since answers to
 * them are in no rate of Telegram's. Then the memory that conversations take while nobody writes.
 */
export const run: Bench = async ({ quick, full }) => {
  const rounds = quick ? 3 : 7
  const idle = full ? 10_000 : 2_000
  const folder = mkdtempSync(join(tmpdir(), 'passalong-updates-'))
  const ours = await startBot([MAIN], ({ url }) => ({
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
    const before = ours.memoryMb()
    for (let met = 0; met < idle; met += PEOPLE) await ours.answered(PEOPLE)
    return [
      {
        name: 'Telegram updates answered, each of another person',
        value: median(rates.ours),
        unit: '/s',
        reference: { name: 'a bare grammY bot', value: median(rates.bare) },
        ratio,
      },
      {
        name: `memory of ${idle.toLocaleString('en')} idle conversations`,
        value: ours.memoryMb() - before,
        unit: 'MB',
        note: 'resident, before it is collected',
      },
    ]
  } finally {
    await ours.end()
    await bare.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface MeasuredBot {
  /** Updates a second: so many people press a button for the first time, and each gets an answer. */
  answered(people: number): Promise<number>
  memoryMb(): number
  end(): Promise<void>
}

async function startBot(
  [script = '']: readonly string[],
  environment: (api: TelegramApi) => Readonly<Record<string, string>>,
): Promise<MeasuredBot> {
  const api = await startTelegramApi({ isChecked: false })
  const { ARGS = '', ...env } = environment(api)
  const [program = '', ...args] = pinned(MEASURED_CORE, [process.execPath, script])
  const child = spawn(program, [...args, ...ARGS.split(' ').filter(Boolean)], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await api.waitFor(
    () => api.queue.polled,
    () => 'the bot does not poll',
  )
  return {
    async answered(count) {
      const people = Array.from({ length: count }, (_, n) => api.user({ first_name: `P ${n}` }))
      const began = performance.now()
      const answers = people.map((person) => person.pressesData('old', messageTo(person)))
      await within(PATIENCE_MS, Promise.all(answers))
      return (count * 1_000) / (performance.now() - began)
    },
    memoryMb: () => residentMb(child.pid),
    async end() {
      await stop(child)
      await api.close()
    },
  }
}

/** Of long ago, with the button. */
function messageTo({ user }: TelegramUser): Message {
  const chat = { id: user.id, type: 'private', first_name: user.first_name } as const
  return { message_id: 1, date: 1, chat, text: 'Shall it be sent?' }
}

/** Linux alone. */
function residentMb(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
