import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createOutboxChannel } from '#adapters/channels/outbox/outbox.ts'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import { CHANNELS, type ChannelName } from '#core/address.ts'
import { renderFor } from '#core/message/render.ts'
import type { Store } from '#ports/store/store.ts'
import { type ChannelHarness, channelContract, contextOf } from '../../../contracts/channel.ts'
import { LINK, messageOn, RENDERING } from '../../../core/message/sample.ts'

interface OutboxHarness extends ChannelHarness {
  readonly store: Store
  breakStore(): Promise<void>
}

async function openOutbox(name: ChannelName): Promise<OutboxHarness> {
  const dataDir = mkdtempSync(join(tmpdir(), 'passalong-outbox-'))
  const store = createSqliteStore({ dataDir }, { clock: createSystemClock(), randomBytes })
  let open = true
  const breakStore = async (): Promise<void> => {
    if (open) await store.close()
    open = false
  }
  return {
    store,
    breakStore,
    channel: createOutboxChannel({ name }, { outbox: store.outbox, settings: RENDERING }),
    async arrived() {
      const { items } = await store.outbox.page({ limit: 100, cursor: null })
      return items.map((kept) => kept.rendered).toReversed()
    },
    openConnections: async () => 0,
    async close() {
      await breakStore()
      rmSync(dataDir, { recursive: true })
    },
  }
}

const nobody = { never: 'nobody is at the other end' }

describe.each(['email', 'sms', 'telegram'] as const)('the outbox in place of %s', (name) => {
  channelContract<OutboxHarness>({
    name,
    open: () => openOutbox(name),
    outcomes: {
      accepted: () => {},
      transient: (harness) => harness.breakStore(),
      delivered: nobody,
      throttled: nobody,
      permanent: nobody,
      'needs-recipient': nobody,
      down: nobody,
      unknown: { never: 'keeping twice keeps once, so it is simply tried again' },
    },
    silence: nobody,
    refusal: nobody,
    welcome: nobody,
    receipts: nobody,
  })
})

describe('the outbox', () => {
  test('keeps the link beside the message, and says that it is only kept', async () => {
    const harness = await openOutbox('sms')
    const message = messageOn('sms')
    const { channel, store } = harness
    await channel.send(channel.render(message), contextOf(message))
    expect(channel.via).toBe('outbox')
    expect(await store.outbox.get(message.deliveryId)).toMatchObject({ link: LINK, via: 'outbox' })
    await harness.close()
  })

  test.each(CHANNELS)('keeps a message of %s as that channel would write it', async (name) => {
    const harness = await openOutbox(name)
    const { channel, store } = harness
    const message = messageOn(name)
    await channel.send(channel.render(message), contextOf(message))
    expect((await store.outbox.get(message.deliveryId))?.rendered).toEqual(
      renderFor(name, message, RENDERING),
    )
    await harness.close()
  })

  test('counts the segments that the real channel would take', async () => {
    const { channel, close } = await openOutbox('sms')
    const long = messageOn('sms', { note: 'word '.repeat(60) })
    expect(channel.estimate(channel.render(long))).toEqual({ cost: 3, segments: 3 })
    await close()
  })
})
