import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { killAll, processTree, send, stopTree } from './process-tree.ts'

const READY_MS = 60_000
/** What is kept is started again after this, as by systemd where its RestartSec is set. */
const AGAIN_MS = 1_000

/** A real server in processes of its own that a test may kill, stop and bring back. */
export interface Breakable {
  /** Every process of it that runs now. */
  pids(): readonly number[]
  /** `kill -9` of all its processes at once; resolves when they are gone. */
  kill(): Promise<void>
  /** Brings it back, killed or not, on the same data and ports; resolves when it answers. */
  restart(): Promise<void>
  /** SIGSTOP: connections stay open, and nobody answers. */
  freeze(): void
  /** SIGCONT: everything that was asked meanwhile is done. */
  thaw(): void
  /** Ends it for good and removes its data. */
  stop(): Promise<void>
}

export interface Launch {
  /** For errors: "redis". */
  readonly name: string
  /** Where its processes write what they have to say. */
  readonly log: string
  /** Starts its processes. Each must come from {@link spawnGuarded}. */
  spawn(): readonly ChildProcess[]
  answers(): Promise<boolean>
  removeData(): void
  /**
   * Kept running as by a service manager: where it ends by itself, whatever it started is killed and it is started
   * again. Its processes have to lead groups of their own (`detached`). Default: it stays away.
   */
  readonly isKept?: boolean
}

/**
 * @throws when it does not answer within 60 s, or a process ends before that which is not kept; what it wrote is in the
 * message
 */
export async function startBreakable(launch: Launch): Promise<Breakable> {
  let running: readonly ChildProcess[] = []
  const roots = () => running.flatMap(({ pid }) => pid ?? [])

  function spawnAll(): void {
    const spawned = launch.spawn()
    running = spawned
    if (launch.isKept) for (const child of spawned) child.once('exit', () => ended(child, spawned))
  }

  function ended({ pid }: ChildProcess, spawned: readonly ChildProcess[]): void {
    if (pid !== undefined) send(-pid, 'SIGKILL')
    const again = (): void => {
      if (running === spawned) spawnAll()
    }
    setTimeout(again, AGAIN_MS).unref()
  }

  async function start(): Promise<void> {
    spawnAll()
    await untilAnswers(launch, () => !launch.isKept && running.some(hasEnded))
  }

  async function kill(): Promise<void> {
    const ending = running
    const pids = roots()
    // From now on nothing of it is kept.
    running = []
    await killAll(pids.flatMap(stopTree))
    await Promise.all(ending.map(gone))
  }

  async function stop(): Promise<void> {
    await kill()
    launch.removeData()
  }

  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    pids: () => roots().flatMap(processTree),
    kill,
    async restart() {
      await kill()
      await start()
    },
    freeze: () => void roots().flatMap(stopTree),
    thaw() {
      for (const pid of roots().flatMap(processTree)) send(pid, 'SIGCONT')
    },
    stop,
  }
}

/**
 * Starts a process that the kernel kills when this one ends, however it ends. Where `root` is given the program
 * is found and runs in there (chroot), as `uid`.
 */
export function spawnGuarded(
  command: readonly string[],
  { log, jail, ...options }: SpawnOptions & { readonly log: string; readonly jail?: Jail },
): ChildProcess {
  const guarded = ['setpriv', ...(jail ? as(jail.uid) : []), '--pdeathsig=KILL', '--', ...command]
  const [program = '', ...args] = jail ? ['chroot', jail.root, ...guarded] : guarded
  const output = openSync(log, 'a')
  try {
    return spawn(program, args, { ...options, stdio: ['ignore', output, output] })
  } finally {
    closeSync(output)
  }
}

/** A folder to be the root folder of a process, and the user that the process runs as. */
export interface Jail {
  readonly root: string
  readonly uid: number
}

/** Inside the chroot, since a change of user would undo the guard. */
function as(uid: number): readonly string[] {
  return [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
}

async function untilAnswers(launch: Launch, isOver: () => boolean): Promise<void> {
  const until = performance.now() + READY_MS
  while (!(await launch.answers())) {
    if (isOver() || performance.now() > until) {
      throw new Error(`${launch.name} did not come up:\n${readFileSync(launch.log, 'utf8')}`)
    }
    await sleep(20)
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

async function gone(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) await once(child, 'exit')
}
