import { spawnSync } from 'node:child_process'
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Breakable, spawnGuarded, startBreakable } from '#test/services/breakable.ts'
import { steadyPort } from '#test/services/steady-port.ts'
import { readDockerfile } from './dockerfile.ts'

export const CADDYFILE = fileURLToPath(new URL('../../deploy/proxy/Caddyfile', import.meta.url))
/** Where caddy/install.sh puts it. */
export const CADDY = join(
  process.env.PASSALONG_SERVICES_DIR ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'passalong'),
  'caddy',
)
/** Of the proxy's image. */
const UID = 1000

/** Why {@link startProxy} cannot; undefined where it can. */
export function missingCaddy(): string | undefined {
  if (!existsSync(CADDY)) return 'Caddy is not installed (test/deploy/caddy/install.sh)'
  const { status } = spawnSync('unshare', ['--mount', 'true'])
  return status === 0 ? undefined : 'a host table of its own needs root and unshare (util-linux)'
}

export interface RunningProxy extends Breakable {
  readonly url: string
  /** As the healthcheck of docker-compose.yml sees it in its container. */
  readonly environment: Readonly<Record<string, string>>
  /** From here on `web` is these addresses. */
  lead(addresses: readonly string[]): void
}

/**
 * The proxy of docker-compose.yml: its image's command on its configuration, as a user without rights. `web` is the
 * addresses given, on `webPort`, as Docker's name server would say.
 */
export async function startProxy(
  addresses: readonly string[],
  webPort: number,
): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'passalong-proxy-'))
  const inFolder = (name: string): string => join(folder, name)
  const [hosts, log, state] = [inFolder('hosts'), inFolder('log'), inFolder('state')]
  mkdirSync(state)
  // As in the image: where the user may read them, wherever the originals are.
  const [program, config] = [inFolder('caddy'), inFolder('Caddyfile')]
  copyFileSync(CADDY, program)
  copyFileSync(CADDYFILE, config)
  for (const path of [folder, state]) chownSync(path, UID, UID)
  const lead = (all: readonly string[]) =>
    writeFileSync(hosts, all.map((address) => `${address} web\n`).join(''))
  lead(addresses)
  const url = `http://127.0.0.1:${await steadyPort()}`
  const environment = {
    SITE_ADDRESS: url.replace('127.0.0.1', ''),
    HEALTH_PORT: `${await steadyPort()}`,
    WEB_PORT: `${webPort}`,
    XDG_DATA_HOME: state,
    XDG_CONFIG_HOME: state,
  }
  const running = await startBreakable({
    name: 'Caddy',
    log,
    spawn: () => [
      spawnGuarded(withHosts(hosts, commandOfImage(program, config)), {
        log,
        env: { PATH: process.env.PATH, ...environment },
      }),
    ],
    answers: () => answers(`http://127.0.0.1:${environment.HEALTH_PORT}/healthz`),
    removeData: () => rmSync(folder, { recursive: true, force: true }),
  })
  return { ...running, url, environment, lead }
}

function commandOfImage(program: string, config: string): readonly string[] {
  const [, ...args] = readDockerfile('deploy/proxy/Dockerfile').command
  return [program, ...args.map((arg) => arg.replace('/etc/caddy/Caddyfile', config))]
}

/** Puts a host table over the system's, for this command alone, and gives its rights up. */
function withHosts(hosts: string, command: readonly string[]): readonly string[] {
  const rights = ['--clear-groups', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all']
  const confine = [`--reuid=${UID}`, `--regid=${UID}`, ...rights, '--pdeathsig=KILL', '--']
  const script = 'mount --bind "$1" /etc/hosts && shift && exec setpriv "$@"'
  return ['unshare', '--mount', 'sh', '-c', script, 'sh', hosts, ...confine, ...command]
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
}
