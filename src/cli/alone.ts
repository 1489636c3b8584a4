import type { Logger } from '#ports/logger.ts'
import { compose, openGround } from '../compose.ts'
import type { Config } from '../config.ts'
import { listen } from '../server/listen.ts'
import { guardSocket, placeSocket, removeSocket } from '../server/private-socket.ts'

const GRACE_MS = 30_000

/** The product on the data folder, without a server: nobody listens but the private socket. */
export interface Alone {
  readonly socketPath: string
  /** Starts sending whatever is due. */
  deliver(): Promise<void>
  close(): Promise<void>
}

/** Holds the data folder until `close`. Throws PassalongError where another process holds it. */
export async function openAlone(config: Config, logger: Logger): Promise<Alone> {
  const ground = await openGround(config, logger)
  const { engine, web, stop } = await compose(config, ground)
  const socketPath = placeSocket(config.dataDir)
  const door = await listen({ path: socketPath })
  guardSocket(socketPath)
  door.serve(web.local)
  let delivering = false
  return {
    socketPath,
    async deliver() {
      delivering = true
      await engine.start()
    },
    async close() {
      web.close()
      await door.close()
      if (delivering) await stop(GRACE_MS)
      removeSocket(config.dataDir)
      await ground.close()
    },
  }
}
