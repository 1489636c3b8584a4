import { execFile } from 'node:child_process'
import { parseArgs as parse } from 'node:util'

export interface FuzzOptions {
  /** For each operation and phase. */
  readonly maxExamples: number
  readonly maxSeconds: number
  readonly seed: string | undefined
}

export function parseArgs(args: string[]): FuzzOptions {
  const { values } = parse({
    args,
    options: {
      'max-examples': { type: 'string', default: '60' },
      'max-seconds': { type: 'string', default: '90' },
      seed: { type: 'string' },
    },
  })
  return {
    maxExamples: Number(values['max-examples']),
    maxSeconds: Number(values['max-seconds']),
    seed: values.seed,
  }
}

/** What a program prints; throws with its errors where it fails. */
export function text(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { env }, (error, stdout) => {
      if (error) reject(error)
      else resolve(stdout)
    })
    child.stdin?.end()
  })
}
