/** The server: settings → ground → port → product → ready; and back, gracefully. */
import { PassalongError, rootMessage } from '#core/errors.ts'
import { servesWeb } from '#core/role.ts'
import { sayError, textsFor } from '#locales/texts.ts'
import type { Logger } from '#ports/logger.ts'
import { createLogger } from '../compose/logger.ts'
import { compose, type Ground, openGround, type Product } from '../compose.ts'
import { atPort, type Config, ConfigError, loadEnvironmentFile, readConfig } from '../config.ts'
import { terminalLocale } from '../terminal-locale.ts'
import { VERSION } from '../version.ts'
import { bootReport } from './boot-report.ts'
import { type Listening, listen } from './listen.ts'
import { guardSocket, placeSocket, removeSocket } from './private-socket.ts'
import { onNpmGone, onSignals } from './signals.ts'

/** Sends that are under way when the server stops get so long. */
const GRACE_MS = 10_000

interface Running {
  readonly config: Config
  readonly logger: Logger
  readonly ground: Ground
  readonly product: Product
  readonly doors: readonly Listening[]
}

async function boot(): Promise<Running> {
  loadEnvironmentFile(process.cwd())
  const settings = readConfig(process.env)
  const logger = createLogger(settings.logLevel)
  const ground = await openGround(settings, logger)
  // The port is taken before anything is made of it: PORT may be 0, and may be in use.
  const door = await listen({ host: settings.host, port: settings.port })
  const config = atPort(settings, door.port)
  const product = await compose(config, ground)
  await product.engine.start()
  const doors = config.embedded ? [door, await openPrivateDoor(config, product)] : [door]
  door.serve(product.web.handler)
  return { config, logger, ground, product, doors }
}

/** For the command line; on MongoDB it opens the database itself. */
async function openPrivateDoor({ dataDir }: Config, { web }: Product): Promise<Listening> {
  const socket = placeSocket(dataDir)
  const door = await listen({ path: socket })
  guardSocket(socket)
  door.serve(web.local)
  return door
}

async function report({ config, product }: Running): Promise<void> {
  const [channels, firstTicket] = await Promise.all([
    product.engine.health.channels(),
    servesWeb(config.role)
      ? product.engine.accounts.firstAccountTicket(config.embedded ? 'void' : 'stand')
      : null,
  ])
  const texts = textsFor(terminalLocale(process.env))
  console.log(bootReport({ config, channels, firstTicket }, texts, VERSION))
}

/** Answers are finished, visits committed, leases returned; then the process ends by itself. */
async function stop({ config, logger, ground, product, doors }: Running, why: string) {
  logger.info({ why }, 'stopping')
  product.web.close()
  await Promise.all(doors.map((door) => door.close()))
  await product.stop(GRACE_MS)
  if (config.embedded) removeSocket(config.dataDir)
  await ground.close()
  logger.info({}, 'stopped')
}

async function bootAndWatch(): Promise<void> {
  const running = await boot()
  const end = async (why: string): Promise<void> => {
    try {
      await stop(running, why)
      process.exit(0)
    } catch (error) {
      running.logger.error({ err: error }, 'stopping failed')
      process.exit(1)
    }
  }
  onSignals({ stop: end, force: () => process.exit(1) })
  onNpmGone(end)
  await report(running)
}

function explain(error: unknown): string {
  const texts = textsFor(terminalLocale(process.env))
  if (error instanceof ConfigError) {
    const lines = error.lines(texts).map((line) => `  ${line}`)
    return [texts('setup.boot.faults'), ...lines].join('\n')
  }
  if (error instanceof PassalongError) {
    const why = error.cause === undefined ? '' : ` (${rootMessage(error)})`
    return `${texts('setup.boot.cannot')} ${sayError(error, texts)}${why}`
  }
  return `${texts('setup.boot.cannot')} ${error instanceof Error ? error.stack : String(error)}`
}

/** Runs the server until a signal; a boot that fails says why on stderr and ends with status 1. */
export async function runServer(): Promise<void> {
  try {
    await bootAndWatch()
  } catch (error) {
    console.error(explain(error))
    process.exit(1)
  }
}
