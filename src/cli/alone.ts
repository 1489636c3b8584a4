import type { Logger } from '#ports/logger.ts'
import type { Ground } from '../compose/ground.ts'
import { compose, openGround } from '../compose.ts'
import type { Config } from '../config.ts'
import { listen } from '../server/listen.ts'
import { guardSocket, makeOwnSocket, placeSocket, removeSocket } from '../server/private-socket.ts'

const GRACE_MS = 30_000

/** The product without a server: nobody listens but a private socket. */
export interface Alone {
  readonly socketPath: string
  /** Starts sending whatever is due, unless another process of a fleet does. */
  deliver(): Promise<void>
  close(): Promise<void>
}

/**
 * On the embedded store, holds the data folder until `close`; throws PassalongError where another process holds it.
 * On MongoDB, works beside whichever servers there are, whatever their roles.
 */
export async function openAlone(settings: Config, logger: Logger): Promise<Alone> {
  // It serves no links, and sends by a queue of its own: only under the lease that says that nobody else feeds, and
  // within the rates of the fleet where Redis keeps them.
  const config: Config = { ...settings, role: 'worker', sharedQueue: false }
  const ground = await openGround(config, logger)
  try {
    return await openOn(ground, config)
  } catch (error) {
    // Else its connections would keep the process.
    await ground.close()
    throw error
  }
}

async function openOn(ground: Ground, config: Config): Promise<Alone> {
  const { engine, web, stop } = await compose(config, ground)
  const socket = config.embedded ? folderSocket(config.dataDir) : makeOwnSocket()
  const door = await listen({ path: socket.path })
  guardSocket(socket.path)
  door.serve(web.local)
  let delivering = false
  return {
    socketPath: socket.path,
    async deliver() {
      delivering = true
      await engine.start()
    },
    async close() {
      web.close()
      await door.close()
      if (delivering) await stop(GRACE_MS)
      socket.remove()
      await ground.close()
    },
  }
}

function folderSocket(dataDir: string): ReturnType<typeof makeOwnSocket> {
  return { path: placeSocket(dataDir), remove: () => removeSocket(dataDir) }
}
