import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type PhoneWorld, startPhoneWorld } from '#test/fixtures/phone-world.ts'
import { missingKannel } from '../services/kannel.ts'
import { skippedFor } from '../services/skipped-for.ts'
import { type Balance, type Load, printBalance, startLoad } from './phones/load.ts'

const MESSAGES = 1_000
const STOPS = 50
const PATIENCE = { timeout: 60_000, interval: 20 }
/** Our sends at once, and Kannel's (max-pending-submits): what one interruption may leave in doubt. */
const SENDS = 16
const PENDING = 10
const LONG = 240_000

describe.skipIf(skippedFor(missingKannel()))('by Kannel', () => {
  let world: PhoneWorld
  beforeEach(async () => {
    world = await startPhoneWorld()
  })
  afterEach(() => world?.close())

  const load = (): Promise<Load> => startLoad({ ...world, sender: world.kannel.sender }, MESSAGES)

  const kannelIsWhole = () =>
    expect.poll(() => world.kannel.status().catch(() => ''), PATIENCE).toMatch(/smsbox:sb1/)

  function expectBalanced(balance: Balance, inDoubt: number): void {
    expect(balance).toMatchObject({ messages: MESSAGES, lost: 0, stops: STOPS, stopsLost: 0 })
    expect(balance.duplicates).toBeLessThanOrEqual(inDoubt)
    expect(balance.unknown).toBeLessThanOrEqual(inDoubt)
  }

  test(
    'bearerbox is killed under load and comes back',
    async () => {
      const { kannel } = world
      const texts = await load()
      await texts.arrived(MESSAGES / 4)
      await kannel.bearerbox.kill()
      const stopping = texts.stop(STOPS)
      await kannel.bearerbox.restart()
      await stopping
      const { balance } = await texts.settled()
      printBalance('bearerbox killed -9', balance)
      expectBalanced(balance, SENDS + PENDING)
    },
    LONG,
  )

  test(
    'smsbox is killed under load, and away while phones write',
    async () => {
      const { kannel } = world
      const texts = await load()
      await texts.arrived(MESSAGES / 4)
      await kannel.smsbox.kill()
      await texts.stop(STOPS)
      await kannel.smsbox.restart()
      await kannelIsWhole()
      const { balance } = await texts.settled()
      printBalance('smsbox killed -9', balance)
      expectBalanced(balance, SENDS)
    },
    LONG,
  )

  test(
    'we are killed under load, and away while reports and STOPs come',
    async () => {
      const { server, network } = world
      network.behave({ holdReceipts: true })
      const texts = await load()
      await texts.arrived(MESSAGES / 2)
      await server.end('SIGKILL')
      await network.report()
      await texts.stop(STOPS)
      await server.start()
      const { balance } = await texts.settled((state) => state === 'delivered')
      printBalance('our server killed -9', balance)
      expectBalanced(balance, SENDS)
      expect(balance.reported).toBe(MESSAGES)
    },
    LONG,
  )
})
