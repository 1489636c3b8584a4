import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Bench, median } from './bench.ts'
import { LOAD_CORE, MEASURED_CORE, pinned } from './pinned.ts'

/** Of a round. */
const MESSAGES = 5_000
/** Sent first by each: compiled code. */
const WARM_UP = 20_000
const WINDOW = 10
const GOAL = 0.7
/** What Kannel hands over a second at most: receipts must not pile up. */
const RECEIPTS_GOAL = 1_440

/**
 * The SMPP channel beside the npm client by itself, the same texts in the same window over the same SMSC; and with
 * receipts. Each is a process that lives for all rounds and works in its turn, so that both of a round see the same
 * machine: the ratio is the median of theirs.
 */
export const run: Bench = async ({ quick }) => {
  const rounds = quick ? 3 : 11
  const ours: number[] = []
  const reference: number[] = []
  const receipts: number[] = []
  const plain = await startSink([])
  const reporting = await startSink(['receipts'])
  const raw = startClient('raw', plain.port)
  const channel = startClient('channel', plain.port)
  const told = startClient('receipts', reporting.port)
  try {
    for (const client of [raw, channel, told]) await client.round(WARM_UP)
    for (let round = 0; round < rounds; round++) {
      reference.push(await raw.round(MESSAGES))
      ours.push(await channel.round(MESSAGES))
      receipts.push(await told.round(MESSAGES))
    }
  } finally {
    await Promise.all([raw, channel, told, plain, reporting].map((one) => one.close()))
  }
  const ratio = median(ours.map((rate, round) => rate / (reference[round] ?? rate)))
  const taken = median(receipts)
  return [
    {
      name: `smpp: ${MESSAGES.toLocaleString('en')} messages, window ${WINDOW}`,
      value: median(ours),
      unit: 'messages/s',
      reference: { name: 'npm smpp by itself', value: median(reference) },
      ratio,
      goal: { says: `≥ ${GOAL}`, met: ratio >= GOAL },
    },
    {
      name: `smpp: ${MESSAGES.toLocaleString('en')} messages with their receipts`,
      value: taken,
      unit: 'receipts/s',
      goal: { says: `≥ ${RECEIPTS_GOAL.toLocaleString('en')}`, met: taken >= RECEIPTS_GOAL },
    },
  ]
}

interface Client {
  /** Messages a second. */
  round(messages: number): Promise<number>
  close(): Promise<void>
}

function startClient(what: 'raw' | 'channel' | 'receipts', port: number): Client {
  const args = [scriptAt('client-process.ts'), what, `${port}`, `${WINDOW}`]
  const { child, next } = start(MEASURED_CORE, args)
  return {
    async round(messages) {
      child.stdin.write(`${messages}\n`)
      return Number(await next())
    },
    close: () => end(child),
  }
}

async function startSink(args: readonly string[]) {
  const { child, next } = start(LOAD_CORE, [scriptAt('sink-process.ts'), ...args])
  return { port: Number(await next()), close: () => end(child) }
}

function scriptAt(name: string): string {
  return fileURLToPath(new URL(`./smpp/${name}`, import.meta.url))
}

/** `next`: the next line that it prints. */
function start(core: number, args: readonly string[]) {
  const [program = '', ...rest] = pinned(core, [process.execPath, ...args])
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const { done, value } = await lines.next()
    if (done) throw new Error(`${args.join(' ')} ended`)
    return value
  }
  return { child, next }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
