import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Breakable, spawnGuarded, startBreakable } from '#test/services/breakable.ts'
import { missingRedis } from '#test/services/redis.ts'
import { freshDatabase, missingDatabase } from '#test/services/shared.ts'
import { type SmtpSink, startSmtpSink } from '#test/services/smtp-sink.ts'
import { steadyPort } from '#test/services/steady-port.ts'
import {
  type Command,
  type ComposeFile,
  type ComposeService,
  healthCommand,
  missingComposeReader,
  readComposeFile,
} from './compose-file.ts'
import { buildImage, type Container, missingContainers } from './container.ts'
import { type Image, readDockerfile } from './dockerfile.ts'
import { missingCaddy, type RunningProxy, startProxy } from './proxy.ts'

const SESSION_SECRET = 'a secret of thirty-two characters or more'
/** Five processes and a database that is made ready, on a machine that does other things. */
const READY_MS = 90_000
/** Starts of a process that ends because the database is busy being made ready: it is restarted, as by Docker. */
const TRIES = 4
/** Where the web processes listen, on one port. */
const WEB_ADDRESSES = ['127.0.0.1', '127.0.0.2'] as const

type Environment = Readonly<Record<string, string>>

/** Why {@link startStack} cannot; undefined where it can. */
export async function missingStack(): Promise<string | undefined> {
  return (
    (await missingComposeReader()) ??
    missingContainers() ??
    missingCaddy() ??
    missingRedis() ??
    (await missingDatabase())
  )
}

/** What docker-compose.yml starts, by its own commands; only addresses and ports are other ones. */
export interface Stack {
  readonly image: Image
  readonly proxy: RunningProxy
  readonly web: readonly Container[]
  readonly worker: readonly Container[]
  readonly bots: readonly Container[]
  /** Takes the mail, as mailpit does. */
  readonly sink: SmtpSink
  /** Rejects where the healthcheck of a service that is no image of ours is not content. */
  healthy(service: 'redis' | 'proxy'): void
  stop(): Promise<void>
}

/** Rejects with nothing left behind where a part does not come up. */
export async function startStack(): Promise<Stack> {
  const file = await readComposeFile({ SESSION_SECRET })
  const image = readDockerfile('Dockerfile')
  await using started = new AsyncDisposableStack()
  const built = started.adopt(await buildImage(image), (folder) => folder.remove())
  const sink = started.adopt(await startSmtpSink(), (one) => one.close())
  const redis = started.adopt(await startComposeRedis(serviceOf(file, 'redis')), (one) =>
    one.stop(),
  )
  const webPort = await steadyPort()
  const proxy = started.adopt(await startProxy(WEB_ADDRESSES, webPort), (one) => one.stop())
  const addresses = {
    HOST: '127.0.0.1',
    BASE_URL: proxy.url,
    MONGODB_URI: await freshDatabase(),
    REDIS_URL: redis.url,
    SMTP_URL: sink.url,
    MAIL_FROM: 'share@example.org',
  }
  const start = async (name: string, more: Environment, tries = TRIES): Promise<Container> => {
    const container = built.start({ ...serviceOf(file, name).environment, ...addresses, ...more })
    started.defer(() => container.kill('SIGKILL').then())
    return container.ready(READY_MS).catch((error: unknown) => {
      if (container.child.exitCode === null || tries === 1) throw error
      return start(name, more, tries - 1)
    })
  }
  const several = async (name: string): Promise<Container[]> => {
    const count = serviceOf(file, name).deploy?.replicas ?? 1
    const ports = await Promise.all(Array.from({ length: count }, steadyPort))
    return Promise.all(ports.map((port) => start(name, { PORT: `${port}` })))
  }
  const [web, worker, bots] = await Promise.all([
    Promise.all(WEB_ADDRESSES.map((HOST) => start('web', { ...behindProxy(webPort), HOST }))),
    several('worker'),
    several('bots'),
  ])
  const running = started.move()
  return {
    image,
    proxy,
    web,
    worker,
    bots,
    sink,
    healthy(name) {
      const command = healthCommand(serviceOf(file, name))
      if (name === 'redis') check(command, {}, ['redis-cli', `redis-cli -p ${redis.port}`])
      else check(command, proxy.environment)
    },
    stop: () => running.disposeAsync(),
  }
}

/** The proxy is on this machine, too. */
function behindProxy(port: number): Environment {
  return { PORT: `${port}`, TRUSTED_PROXIES: '127.0.0.1' }
}

function serviceOf(file: ComposeFile, name: string): ComposeService {
  const service = file.services[name]
  if (!service) throw new Error(`docker-compose.yml has no service ${name}`)
  return service
}

interface ComposeRedis extends Breakable {
  readonly url: string
  readonly port: number
}

/** By its command in docker-compose.yml, on a port and a folder of its own. */
async function startComposeRedis({ command }: ComposeService): Promise<ComposeRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'passalong-redis-'))
  const port = await steadyPort()
  const log = join(folder, 'log')
  const place = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder]
  const running = await startBreakable({
    name: 'Redis',
    log,
    spawn: () => [spawnGuarded([...(command ?? []), ...place], { log })],
    answers: async () => spawnSync('redis-cli', ['-p', `${port}`, 'ping']).status === 0,
    removeData: () => rmSync(folder, { recursive: true, force: true }),
  })
  return { ...running, port, url: `redis://127.0.0.1:${port}` }
}

/** Runs a healthcheck's command here, a word of it replaced where it must look elsewhere. */
function check(
  [program, ...args]: Command,
  environment: Environment,
  [word, elsewhere]: readonly [string, string] = ['', ''],
): void {
  const { status, stderr } = spawnSync(
    program,
    args.map((arg) => arg.replace(word, elsewhere)),
    { env: { PATH: process.env.PATH, ...environment } },
  )
  if (status !== 0) throw new Error(`not healthy: ${stderr}`)
}
