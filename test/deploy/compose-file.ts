import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const FILE = fileURLToPath(new URL('../../docker-compose.yml', import.meta.url))
const SERVICES =
  process.env.PASSALONG_SERVICES_DIR ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'passalong')
/** Made by compose-config/install.sh. */
const READER = join(SERVICES, 'compose-config')
const MAX_OUTPUT = 8 << 20
const run = promisify(execFile)

/** What the tests look at of a service; fields as the Compose Specification names them. */
export interface ComposeService {
  readonly image: string
  readonly build?: { readonly context: string }
  readonly command?: readonly string[] | null
  readonly environment?: Readonly<Record<string, string>>
  readonly deploy?: { readonly replicas?: number }
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly ports?: readonly { readonly host_ip?: string; readonly published: string }[]
  readonly networks: Readonly<Record<string, { readonly ipv4_address?: string } | null>>
  readonly volumes?: readonly {
    readonly type: string
    readonly source: string
    readonly target: string
  }[]
  readonly tmpfs?: readonly string[]
  readonly profiles?: readonly string[]
  readonly user?: string
  readonly restart?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly logging?: { readonly options?: Readonly<Record<string, string>> }
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly networks: Readonly<
    Record<
      string,
      {
        readonly internal?: boolean
        readonly ipam?: { readonly config?: readonly { readonly ip_range?: string }[] }
      }
    >
  >
  readonly volumes: Readonly<Record<string, unknown>>
}

export type Command = readonly [program: string, ...args: readonly string[]]

/**
 * docker-compose.yml with every variable put in, as Docker reads it: by `docker compose`, or by the library that it
 * is made of. Beside no `.env`, whatever lies in the repository. Rejects with what Docker says of a faulty one.
 */
export async function readComposeFile(
  variables: Readonly<Record<string, string>>,
): Promise<ComposeFile> {
  const folder = mkdtempSync(join(tmpdir(), 'passalong-compose-'))
  const file = join(folder, basename(FILE))
  copyFileSync(FILE, file)
  const [program, ...args] = await readerOf(file)
  const { PATH, HOME } = process.env
  try {
    const env = { PATH, HOME, ...variables }
    const { stdout } = await run(program, args, { cwd: folder, env, maxBuffer: MAX_OUTPUT })
    return JSON.parse(stdout) as ComposeFile
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Why {@link readComposeFile} cannot; undefined where it can. */
export async function missingComposeReader(): Promise<string | undefined> {
  if ((await works('docker', 'compose', 'version')) || existsSync(READER)) return
  return 'neither `docker compose` nor its library is here: test/deploy/compose-config/install.sh'
}

async function readerOf(file: string): Promise<Command> {
  return (await works('docker', 'compose', 'version'))
    ? ['docker', 'compose', '--file', file, '--profile', '*', 'config', '--format', 'json']
    : [READER, file]
}

async function works(...[program, ...args]: Command): Promise<boolean> {
  return run(program, args).then(
    () => true,
    () => false,
  )
}

/** The command of a healthcheck, as Docker starts it in the container. */
export function healthCommand({ healthcheck }: ComposeService): Command {
  const [kind = '', ...words] = healthcheck?.test ?? []
  // `docker compose config` writes its output as a compose file again, where a dollar sign is two.
  const [program = '', ...args] = words.map((word) => word.replaceAll('$$', '$'))
  if (kind === 'CMD') return [program, ...args]
  if (kind === 'CMD-SHELL') return ['/bin/sh', '-c', program]
  throw new Error(`no command of a healthcheck: ${kind}`)
}
