import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'
import { type SmppSmsc, startSmppSmsc } from '../services/smpp-smsc.ts'
import { type Load, printBalance, startLoad } from './phones/load.ts'

const SOURCE = '10690'
/** Submits that wait for their answers at once. */
const WINDOW = 10
const THROTTLED = 0x58
const QUEUE_FULL = 0x14
const LONG = 240_000

describe('by SMPP', () => {
  let server: ServerUnderTest
  let network: SmppSmsc
  beforeEach(async () => {
    network = await startSmppSmsc()
    server = await createServerUnderTest({
      SMPP_URL: `smpp://share:secret@127.0.0.1:${network.port}`,
      SMPP_SOURCE: SOURCE,
    })
    await server.start()
  })
  afterEach(async () => {
    await server?.dispose()
    await network?.close()
  })

  const load = (count: number): Promise<Load> =>
    startLoad({ server, network, sender: SOURCE }, count)

  test(
    'the session is cut in the middle of its window, again and again',
    async () => {
      const messages = 1_200
      const cuts = 5
      const stops = 50
      const texts = await load(messages)
      for (let n = 1; n <= cuts; n++) {
        await texts.arrived((n * messages) / (cuts + 2))
        network.cut()
        await texts.stop(stops / cuts)
      }
      const { balance } = await texts.settled()
      printBalance(`SMPP cut ${cuts} times`, balance)
      expect(balance).toMatchObject({ messages, lost: 0, stops, stopsLost: 0 })
      expect(balance.duplicates).toBeLessThanOrEqual(cuts * WINDOW)
      expect(balance.unknown).toBeLessThanOrEqual(cuts * WINDOW)
    },
    LONG,
  )

  test(
    'receipts come before the answers to their submits',
    async () => {
      const messages = 400
      network.behave({ receiptFirst: true })
      const texts = await load(messages)
      const { balance, standings } = await texts.settled((state) => state === 'delivered')
      printBalance('receipts first', balance)
      expect(balance).toMatchObject({ messages, lost: 0, duplicates: 0, reported: messages })
      expect(standings.every(({ attempts }) => attempts === 1)).toBe(true)
    },
    LONG,
  )

  test(
    'the network says that it is too much, and later that its queue is full',
    async () => {
      const messages = 400
      network.behave({ status: THROTTLED, times: 2 * WINDOW })
      const texts = await load(messages)
      await texts.arrived(messages / 2)
      network.behave({ status: QUEUE_FULL, times: WINDOW })
      const { balance, standings } = await texts.settled((state) => state === 'delivered')
      printBalance('throttled', balance)
      expect(balance).toMatchObject({ messages, lost: 0, duplicates: 0, reported: messages })
      expect(standings.every(({ attempts }) => attempts === 1)).toBe(true)
    },
    LONG,
  )
})
