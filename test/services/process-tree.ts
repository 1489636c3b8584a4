import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const STOPS_MS = 10_000

/** The process and everything that descends from it, parents first; nothing when it is gone. */
export function processTree(pid: number): readonly number[] {
  return runs(pid) ? [pid, ...childrenOf(pid).flatMap(processTree)] : []
}

/**
 * Stops the whole tree. A parent has stopped before its children are looked for, so that none is born meanwhile.
 * @returns everything that was stopped
 */
export function stopTree(pid: number): readonly number[] {
  send(pid, 'SIGSTOP')
  awaitStopped(pid)
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
  return isAlive(stateIn(`/proc/${pid}/stat`))
}

/** A busy machine lets a process run on for a while after the signal was sent: until one of its threads takes it. */
function awaitStopped(pid: number): void {
  const until = performance.now() + STOPS_MS
  const nothing = new Int32Array(new SharedArrayBuffer(4))
  while (threadsOf(pid).some(isMoving) && performance.now() < until) Atomics.wait(nothing, 0, 0, 1)
}

function isMoving(stat: string): boolean {
  const state = stateIn(stat)
  return isAlive(state) && state !== 'T' && state !== 't'
}

function isAlive(state: string | undefined): boolean {
  return state !== undefined && state !== 'Z' && state !== 'X'
}

/** One letter; undefined when the process or thread is gone. */
function stateIn(stat: string): string | undefined {
  return /\) (\S)/.exec(read(stat))?.[1]
}

/** Where the system tells how each of its threads does. */
function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/stat`)
  } catch {
    return []
  }
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
