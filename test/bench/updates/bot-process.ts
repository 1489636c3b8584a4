/**
 * What is measured: all of the product, as its environment says, without rates (Telegram's own are far below what is
 * measured). Says how much memory it holds, once what is not used is collected, whenever it is asked to.
 */
import type { Rates } from '#ports/rates.ts'
import { createLogger } from '#src/compose/logger.ts'
import { compose, openGround } from '#src/compose.ts'
import { readConfig } from '#src/config.ts'

const UNLIMITED: Rates = {
  take: async () => ({ ok: true }),
  pause: async () => {},
  close: async () => {},
}

const config = readConfig(process.env)
const ground = await openGround(config, createLogger(config.logLevel))
const product = await compose(config, { ...ground, rates: UNLIMITED })
await product.engine.start()

process.on('message', () => {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  process.send?.({ rss, heapUsed })
})
process.once('SIGTERM', () => {
  void product
    .stop(1_000)
    .then(() => ground.close())
    .then(() => process.exit())
})
