import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Bench, median } from './bench.ts'
import { LOAD_CORE, MEASURED_CORE, pinned, runPinned } from './pinned.ts'

const MESSAGES = 10_000
const WINDOW = 10
const GOAL = 0.7
/** What Kannel hands over a second at most: receipts must not pile up. */
const RECEIPTS_GOAL = 1_440

/** The SMPP channel beside the npm client by itself, the same window over the same SMSC; and with receipts. */
export const run: Bench = async ({ quick }) => {
  const messages = quick ? MESSAGES / 4 : MESSAGES
  const rounds = quick ? 1 : 3
  const raw: number[] = []
  const ours: number[] = []
  const receipts: number[] = []
  const plain = await startSink([])
  const reporting = await startSink(['receipts'])
  try {
    for (let i = 0; i < rounds; i++) {
      raw.push(await measure('raw', plain.port, messages))
      ours.push(await measure('channel', plain.port, messages))
      receipts.push(await measure('receipts', reporting.port, messages))
    }
  } finally {
    await Promise.all([plain.close(), reporting.close()])
  }
  const value = median(ours)
  const reference = median(raw)
  const ratio = value / reference
  const taken = median(receipts)
  return [
    {
      name: `smpp: ${messages} messages, window ${WINDOW}`,
      value,
      unit: 'messages/s',
      reference: { name: 'npm smpp by itself', value: reference },
      ratio,
      goal: { says: `≥ ${GOAL}`, met: ratio >= GOAL },
    },
    {
      name: `smpp: ${messages} messages with their receipts`,
      value: taken,
      unit: 'receipts/s',
      goal: { says: `≥ ${RECEIPTS_GOAL.toLocaleString('en')}`, met: taken >= RECEIPTS_GOAL },
    },
  ]
}

function measure(what: 'raw' | 'channel' | 'receipts', port: number, messages: number) {
  const script = new URL('./smpp/client-process.ts', import.meta.url)
  return runPinned<number>(MEASURED_CORE, script, [what, `${port}`, `${messages}`, `${WINDOW}`])
}

async function startSink(args: readonly string[]) {
  const script = fileURLToPath(new URL('./smpp/sink-process.ts', import.meta.url))
  const [program = '', ...rest] = pinned(LOAD_CORE, [process.execPath, script, ...args])
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return {
    port: Number(line),
    async close() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
