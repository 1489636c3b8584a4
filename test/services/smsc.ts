import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A submit_sm as the SMSC read it. */
export interface Submitted {
  readonly source_addr_ton: number
  readonly source_addr_npi: number
  readonly source_addr: string
  readonly dest_addr_ton: number
  readonly dest_addr_npi: number
  readonly destination_addr: string
  readonly esm_class: number
  readonly data_coding: number
  readonly registered_delivery: number
  /** The short message in hex, and its user data header alone. */
  readonly octets: string
  readonly header: string
  /** As Perl's Encode reads what follows the header. */
  readonly text: string
  /** What it was, or would have been, answered by. */
  readonly id: string
  readonly answer: SubmitAnswer
}

/** What becomes of one submit; nothing said: it is taken. */
export interface SubmitAnswer {
  readonly status?: number
  readonly nack?: number
  readonly silent?: 1
  /** Answered at `release`. */
  readonly hold?: 1
  readonly cut?: 1
  readonly id?: string
  /** Its receipt comes before the answer, and after it, with these fields of deliver_sm, and `stat` of its text. */
  readonly early?: Delivering
  readonly late?: Delivering
}

export interface SmscSettings {
  readonly password: string
  readonly bind_status: number
  readonly enquire: 0 | 1
  readonly mute: 0 | 1
  readonly otherwise: SubmitAnswer
  readonly ids: 'decimal' | 'hex'
  readonly receipt_ids: 'same' | 'hex-to-decimal'
  readonly cut_after: number
}

/** Fields of a deliver_sm; `text` in place of `short_message` (hex) makes it a receipt. */
export type Delivering = Readonly<Record<string, string | number>>

/** The SMSC's side of things, all of it so far. */
export interface Smsc {
  readonly port: number
  readonly submits: readonly Submitted[]
  /** Ids in the order in which their submits were answered. */
  readonly answered: readonly string[]
  readonly binds: readonly {
    readonly status: number
    readonly cmd: number
    readonly system_type: string
    readonly interface_version: number
  }[]
  /** Statuses that deliver_sm was answered by, in order. */
  readonly deliverAnswers: readonly number[]
  readonly nacks: readonly number[]
  readonly enquiries: number
  readonly unbinds: number
  /** Connections that are open. */
  readonly open: number
  /** Resolves when all that it did until now can be read here. */
  caughtUp(): Promise<void>
  set(settings: Partial<SmscSettings>): Promise<void>
  script(...answers: readonly SubmitAnswer[]): Promise<void>
  release(): Promise<void>
  deliver(fields: Delivering): Promise<void>
  raw(hex: string): Promise<void>
  cut(): Promise<void>
  unbind(): Promise<void>
  close(): Promise<void>
}

export const SYSTEM_ID = 'share'
export const SMSC_PASSWORD = 'secret'

/** Why {@link startSmsc} cannot; undefined where it can. */
export function missingSmsc(): string | undefined {
  const { status } = spawnSync('perl', ['-MNet::SMPP', '-e', '1'])
  return status === 0
    ? undefined
    : 'there is no Net::SMPP for Perl (apt-get install libnet-smpp-perl)'
}

/** A scripted SMSC (smsc.pl) in a process of its own, which the kernel ends together with this one. */
export async function startSmsc(port = 0): Promise<Smsc> {
  const script = fileURLToPath(new URL('./smsc.pl', import.meta.url))
  const child = spawn('setpriv', ['--pdeathsig=KILL', '--', 'perl', script, String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const seen = emptyState()
  const waiting = new Map<number, () => void>()
  let nextId = 1
  const listening = new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the SMSC ended with ${code}`)))
    lines.on('line', (line) => {
      const event = JSON.parse(line)
      if (event.listening) resolve(event.listening)
      waiting.get(event.done)?.()
      note(seen, event)
    })
  })
  const tell = async (command: string, given?: unknown): Promise<void> => {
    const id = nextId++
    const done = new Promise<void>((resolve) => waiting.set(id, resolve))
    child.stdin.write(`${JSON.stringify({ id, do: command, with: given })}\n`)
    await done
  }
  const smsc = Object.assign(seen, {
    port: await listening,
    caughtUp: () => tell('set', {}),
    set: (settings: Partial<SmscSettings>) => tell('set', settings),
    script: (...answers: readonly SubmitAnswer[]) => tell('script', answers),
    release: () => tell('release'),
    deliver: (fields: Delivering) => tell('deliver', fields),
    raw: (hex: string) => tell('raw', hex),
    cut: () => tell('cut'),
    unbind: () => tell('unbind'),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  })
  return smsc satisfies Smsc
}

function emptyState() {
  return {
    submits: [] as Submitted[],
    answered: [] as string[],
    binds: [] as Smsc['binds'][number][],
    deliverAnswers: [] as number[],
    nacks: [] as number[],
    enquiries: 0,
    unbinds: 0,
    open: 0,
  }
}

// biome-ignore lint/suspicious/noExplicitAny: lines of our own script
function note(seen: ReturnType<typeof emptyState>, event: any): void {
  if (event.submit) seen.submits.push(event.submit)
  if (event.answered) seen.answered.push(event.answered)
  if (event.bind) seen.binds.push(event.bind)
  if (event.delivered) seen.deliverAnswers.push(event.status)
  if (event.nacked !== undefined) seen.nacks.push(event.status)
  if (event.enquire) seen.enquiries++
  if (event.unbind) seen.unbinds++
  if (event.opened) seen.open++
  if (event.closed) seen.open--
}
