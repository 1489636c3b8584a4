import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MEASURED_CORE, pinned } from '../pinned.ts'

const MAIN = new URL('../../../src/main.ts', import.meta.url)

/** A server on the measured core. */
export interface Server {
  readonly port: number
  /** What it took of its core so far, in seconds; Linux only. */
  cpuSeconds(): number
  end(signal: NodeJS.Signals): Promise<void>
}

/** The product, on a free port; `environment` says where its data is. */
export function startProduct(environment: Readonly<Record<string, string>>): Promise<Server> {
  const own = { PORT: '0', TRUSTED_PROXIES: '127.0.0.0/8', LOG_LEVEL: 'error' }
  return startServer([fileURLToPath(MAIN)], { ...own, ...environment })
}

/** Any Node script that prints the address it is `ready` at. */
export async function startServer(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const [program = '', ...rest] = pinned(MEASURED_CORE, [process.execPath, ...args])
  const { PATH, HOME } = process.env
  const child = spawn(program, rest, {
    env: { PATH, HOME, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  while (!/ready: \S+/.test(output)) {
    if (child.exitCode !== null) throw new Error(`the server ended: ${output}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    port: Number(/ready: http:\/\/[^:]+:(\d+)/.exec(output)?.[1]),
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    async end(signal) {
      const gone = once(child, 'exit')
      child.kill(signal)
      await gone
    },
  }
}

/** Ticks of `/proc/PID/stat` in a second. */
const TICKS = 100

/** What a process took of its cores so far; Linux only. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}
