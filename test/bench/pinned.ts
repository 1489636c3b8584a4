import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The core that the measured process has to itself, where there is a second one for the load. */
export const MEASURED_CORE = 0
export const LOAD_CORE = 1

/** A command that keeps to one core, where the system can do that. */
export function pinned(core: number, command: readonly string[]): readonly string[] {
  return canPin() ? ['/usr/bin/taskset', '-c', String(core), ...command] : command
}

function canPin(): boolean {
  return availableParallelism() > 1 && existsSync('/usr/bin/taskset')
}

/** Moves processes that run off the measured core, those that they start from then on with them; and back. */
export function sparing(pids: readonly number[]): { end(): void } {
  const keepTo = (cores: string): void => {
    if (!canPin()) return
    for (const pid of pids) spawnSync('/usr/bin/taskset', ['-a', '-p', '-c', cores, String(pid)])
  }
  const all = Array.from({ length: availableParallelism() }, (_, core) => core)
  keepTo(all.filter((core) => core !== MEASURED_CORE).join(','))
  return { end: () => keepTo(all.join(',')) }
}

/** Keeps a process that runs to one core (null: to all again), where the system can do that. */
export function keepTo(core: number | null, pid: number | undefined): void {
  if (!canPin() || pid === undefined) return
  const cores = core === null ? `0-${availableParallelism() - 1}` : String(core)
  spawnSync('/usr/bin/taskset', ['-a', '-p', '-c', cores, String(pid)])
}

/** Runs a script beside this one on a core of its own; resolves with the JSON value of its last line. */
export async function runPinned<T>(
  core: number,
  script: URL,
  args: readonly string[] = [],
): Promise<T> {
  const [program = '', ...rest] = pinned(core, [process.execPath, fileURLToPath(script), ...args])
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve))
  if (code !== 0) throw new Error(`${script.pathname} ended with ${code}`)
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as T
}
