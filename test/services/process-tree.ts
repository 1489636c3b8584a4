import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** The process and everything that descends from it, parents first; nothing when it is gone. */
export function processTree(pid: number): readonly number[] {
  return runs(pid) ? [pid, ...childrenOf(pid).flatMap(processTree)] : []
}

/**
 * Stops the whole tree. A parent stops before its children are looked for, so that none is born meanwhile.
 * @returns everything that was stopped
 */
export function stopTree(pid: number): readonly number[] {
  send(pid, 'SIGSTOP')
  return runs(pid) ? [pid, ...childrenOf(pid).flatMap(stopTree)] : []
}

/** Kills them all, stopped or not, and resolves when the last is gone. */
export async function killAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) send(pid, 'SIGKILL')
  while (pids.some(runs)) await sleep(5)
}

/** Sends the signal, unless the process is gone already. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Whether the process is there; one that is dead and waits to be reaped is not. */
export function runs(pid: number): boolean {
  const state = /\) (\S)/.exec(read(`/proc/${pid}/stat`))?.[1]
  return state !== undefined && state !== 'Z' && state !== 'X'
}

function childrenOf(pid: number): number[] {
  return (read(`/proc/${pid}/task/${pid}/children`).match(/\d+/g) ?? []).map(Number)
}

/** Empty when the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
