import { spawnSync } from 'node:child_process'

const GUARD = ['setpriv', '--pdeathsig=KILL', '--'] as const

let works: boolean | undefined

/**
 * The command as one that the kernel kills when the process that starts it ends, however that ends; its process id
 * is the command's own. The command as it is where there is no setpriv (util-linux).
 */
export function guarded(command: readonly string[]): readonly string[] {
  const [program, ...args] = GUARD
  works ??= spawnSync(program, [...args, 'true']).status === 0
  return works ? [...GUARD, ...command] : command
}
