import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { RunningServer } from '#test/fixtures/running-server.ts'
import { processTree, send } from '#test/services/process-tree.ts'
import type { Image } from './dockerfile.ts'

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url))
const SCRIPT = fileURLToPath(new URL('./container.sh', import.meta.url))
/** Of `node` in the image. */
const UID = 1000
const run = promisify(execFile)

type Environment = Readonly<Record<string, string>>

/** Why nothing can be run as in a container; undefined where it can. */
export function missingContainers(): string | undefined {
  const { status } = spawnSync('unshare', ['--mount', '--pid', '--fork', 'true'])
  return status === 0 ? undefined : 'containers need root and unshare (util-linux)'
}

/** What the image holds, built by the commands of its Dockerfile, and room for data. */
export interface BuiltImage {
  start(environment: Environment): Container
  /** Ends nothing; call it when what was started has ended. */
  remove(): void
}

/** Takes the files that the Dockerfile takes, and runs what it runs to install them. */
export async function buildImage(image: Image): Promise<BuiltImage> {
  const folder = mkdtempSync(join(tmpdir(), 'passalong-image-'))
  const [root, app, data] = ['root', 'app', 'data'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const made of [root, app, data]) mkdirSync(made)
  chownSync(data, UID, UID)
  for (const source of image.sources) {
    cpSync(join(REPOSITORY, source), join(app, source), { recursive: true })
  }
  for (const command of image.runs.filter((text) => text.startsWith('npm '))) {
    const [program = '', ...args] = command.split(' ')
    await run(program, args, {
      cwd: app,
      env: { ...process.env, npm_config_prefer_offline: 'true' },
    })
  }
  const arrangement = [root, app, data, dirname(process.execPath)]
  return {
    start: (environment) => new Container(arrangement, image, environment),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A process of the image, and commands beside it as `docker exec` and healthchecks run them. */
export class Container extends RunningServer {
  readonly #enter: readonly string[]
  readonly #environment: Environment

  constructor(arrangement: readonly string[], image: Image, environment: Environment) {
    const all = { ...image.env, ...environment }
    const unshare = ['unshare', '--mount', '--pid', '--fork', '--kill-child']
    super([...unshare, SCRIPT, ...arrangement, ...image.command], all)
    this.#environment = all
    this.#enter = ['--mount', '--pid', '--root', '--wd', '--setuid', `${UID}`, '--setgid', `${UID}`]
  }

  /** Of the process that the image's command became. */
  get pid(): number {
    const [, first] = processTree(this.child.pid ?? 0)
    if (first === undefined) throw new Error(`nothing runs: ${this.out}${this.err}`)
    return first
  }

  /** Runs a command in the container, beside its process. Rejects with what it wrote where it fails. */
  async exec(command: readonly string[]): Promise<string> {
    const args = [`--target=${this.pid}`, ...this.#enter, '--', ...command]
    const { PATH } = process.env
    const { stdout } = await run('nsenter', args, {
      env: { ...this.#environment, PATH: `/node:${PATH}` },
    })
    return stdout
  }

  override async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      // Before the command has a process of its own, the one that makes it is ended.
      const [outer, first = outer] = processTree(this.child.pid ?? 0)
      if (first !== undefined) send(first, signal)
      await once(this.child, 'close')
    }
    return this.ended()
  }
}
