import { startSmtpSink } from '#test/services/smtp-sink.ts'
import { type Bench, median } from './bench.ts'
import { MEASURED_CORE, runPinned } from './pinned.ts'

const MESSAGES = 2_000
const GOAL = 0.7
/** Sent first, by both: compiled code and open connections. */
const WARM_UP = 1_000

/** 2,000 shared mails to a local SMTP server, beside raw pooled nodemailer sending the same messages. */
export const run: Bench = async ({ quick }) => {
  const messages = quick ? MESSAGES / 4 : MESSAGES
  const rounds = quick ? 1 : 3
  const sink = await startSmtpSink()
  const ours: number[] = []
  const raw: number[] = []
  try {
    for (let i = 0; i < rounds; i++) {
      raw.push(await measure('raw', sink.port, messages))
      ours.push(await measure('engine', sink.port, messages))
    }
    const expected = rounds * 2 * (WARM_UP + messages)
    const received = await sink.count()
    if (received !== expected) throw new Error(`${received} of ${expected} mails arrived`)
  } finally {
    await sink.close()
  }
  const value = median(ours)
  const reference = median(raw)
  const ratio = value / reference
  return [
    {
      name: `deliver: ${messages} mails through the whole engine`,
      value,
      unit: 'mails/s',
      reference: { name: 'pooled nodemailer', value: reference },
      ratio,
      goal: { says: `≥ ${GOAL}`, met: ratio >= GOAL },
    },
  ]
}

function measure(what: 'raw' | 'engine', port: number, messages: number): Promise<number> {
  const script = new URL('./deliver-process.ts', import.meta.url)
  return runPinned<number>(MEASURED_CORE, script, [
    what,
    String(port),
    String(messages),
    String(WARM_UP),
  ])
}
