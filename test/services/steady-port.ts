import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

const LOWEST = 20_000
/** Linux gives outgoing connections their ports from here on (ip_local_port_range). */
const EPHEMERAL = 32_768

/**
 * A free port on loopback that no outgoing connection is given. So it is still free when a killed server comes
 * back, and a client that keeps trying meanwhile cannot meet itself there.
 */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, EPHEMERAL)
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  try {
    probe.listen(port, '127.0.0.1')
    await once(probe, 'listening')
    return true
  } catch {
    return false
  } finally {
    probe.close()
  }
}
