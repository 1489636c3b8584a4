import { describe, expect, test } from 'vitest'
import { createSmsChannel, type Route } from '#adapters/channels/sms/sms.ts'
import type { Outcome } from '#core/delivery.ts'
import type { ConnectionId } from '#core/ids.ts'
import { all } from '#test/fixtures/engine.ts'
import { createScriptedChannel, type ScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'

const start = useTestEngine()

const CHINA = '+8613800138000'
const GERMANY = '+4915123456789'

/** A gateway that answers as the test says, on a connection of its own. */
function gateway(name: string, answer: () => Outcome = () => ({ kind: 'accepted' })) {
  const scripted = createScriptedChannel({ name: 'sms', send: answer, probe: () => up(answer()) })
  const connection = name as ConnectionId
  const channel: ScriptedChannel = {
    ...scripted,
    connections: [{ channel: 'sms', connection }],
    routes: () => [connection],
  }
  return { name, channel }
}

const up = (outcome: Outcome) =>
  outcome.kind === 'down'
    ? ({ up: false, detail: outcome.detail } as const)
    : ({ up: true } as const)

const join = (routes: readonly Route[], ...gateways: Parameters<typeof createSmsChannel>[1]) =>
  createSmsChannel({ routes, maxSegments: 3 }, gateways)

describe('several gateways of SMS', () => {
  test('carry to the numbers that their routes name, the others to the rest', async () => {
    const [kannel, twilio] = [gateway('kannel'), gateway('twilio')]
    const routes = [
      { prefix: '+86', gateways: ['kannel'] },
      { prefix: '*', gateways: ['twilio', 'kannel'] },
    ]
    const { share, settled } = await start([join(routes, kannel, twilio)])
    const { id } = await share([CHINA, GERMANY])
    await settled(id, all('accepted'))
    expect(kannel.channel.sent.map((send) => send.address.value)).toEqual([CHINA])
    expect(twilio.channel.sent.map((send) => send.address.value)).toEqual([GERMANY])
    expect(twilio.channel.sent[0]?.connection).toBe('twilio')
  })

  test('stand in for one that refuses us, which is down from then on and spends no attempt', async () => {
    let refused = true
    const kannel = gateway('kannel', () =>
      refused ? { kind: 'down', detail: '403' } : { kind: 'accepted' },
    )
    const twilio = gateway('twilio')
    const { share, settled, engine, advance } = await start([join([], kannel, twilio)])
    const done = await settled((await share([CHINA])).id, all('accepted'))
    expect(done.deliveries[0]?.attempts).toBe(1)
    await settled((await share([GERMANY])).id, all('accepted'))
    expect(kannel.channel.sent).toHaveLength(1)
    expect(twilio.channel.sent).toHaveLength(2)

    refused = false
    advance(60_000)
    await engine.health.probe()
    await settled((await share([CHINA])).id, all('accepted'))
    expect(kannel.channel.sent).toHaveLength(2)
  })

  test('stand in for one that is busy: the next attempt goes by the next of them', async () => {
    const kannel = gateway('kannel', () => ({
      kind: 'transient',
      reason: 'retrying',
      detail: '503',
    }))
    const twilio = gateway('twilio')
    const { share, settled, advance } = await start([join([], kannel, twilio)])
    const { id } = await share([CHINA])
    await settled(id, ({ deliveries }) => deliveries[0]?.attempts === 1)
    advance(10_000)
    await settled(id, all('accepted'))
    expect(kannel.channel.sent).toHaveLength(1)
    expect(twilio.channel.sent).toHaveLength(1)
  })

  test('stand in for none whose outcome is unknown where the sender is to be asked', async () => {
    const kannel = gateway('kannel', () => ({ kind: 'unknown', detail: 'cut' }))
    const twilio = gateway('twilio')
    const { share, settled } = await start([join([], kannel, twilio)], { unknownPolicy: 'ask' })
    await settled((await share([CHINA])).id, all('unknown'))
    expect(twilio.channel.sent).toHaveLength(0)
  })

  test('take no key of one another: what may have gone out by one is not sent by the next', async () => {
    const unknown = gateway('http', () => ({ kind: 'unknown', detail: 'cut' }))
    const idempotent = {
      ...unknown,
      channel: { ...unknown.channel, caps: { ...unknown.channel.caps, idempotent: true } },
    }
    expect(join([], idempotent).caps.idempotent).toBe(true)
    const twilio = gateway('twilio')
    const { share, settled } = await start([join([], idempotent, twilio)], { unknownPolicy: 'ask' })
    await settled((await share([CHINA])).id, all('unknown'))
    expect(twilio.channel.sent).toHaveLength(0)
  })

  test('hold up only the numbers that none of them can carry to now', async () => {
    const kannel = gateway('kannel', () => ({ kind: 'down', detail: '403' }))
    const twilio = gateway('twilio')
    const routes = [
      { prefix: '+86', gateways: ['kannel'] },
      { prefix: '*', gateways: ['twilio'] },
    ]
    const { share, settled } = await start([join(routes, kannel, twilio)])
    const { id } = await share([CHINA, GERMANY])
    const held = await settled(
      id,
      ({ deliveries: [china, germany] }) =>
        china?.error?.code === 'connection_down' && germany?.state === 'accepted',
    )
    expect(held.deliveries[0]?.state).toBe('queued')
    expect(kannel.channel.sent).toHaveLength(1)
  })

  test('wait together where all are down, and go on when one is back', async () => {
    let refused = true
    const down = (): Outcome => (refused ? { kind: 'down', detail: '403' } : { kind: 'accepted' })
    const [kannel, twilio] = [gateway('kannel', down), gateway('twilio', down)]
    const { share, settled, engine } = await start([join([], kannel, twilio)])
    const { id } = await share([CHINA])
    await settled(id, ({ deliveries }) => deliveries[0]?.error?.code === 'connection_down')
    const { warnings } = await engine.sharing.draft(
      (await engine.accounts.operator())!,
      { url: 'https://example.org/a', recipients: [GERMANY] },
      { locale: 'en' },
    )
    expect(warnings).toContainEqual({ code: 'connection_down', channel: 'sms' })
    refused = false
    await engine.health.probe()
    await settled(id, all('accepted'))
  })

  test('find the delivery of each receipt, also one that came before the answer', async () => {
    const kannel = gateway('kannel')
    const twilio = gateway('twilio', () => ({ kind: 'accepted' }))
    const routes = [{ prefix: '+86', gateways: ['twilio'] }]
    const { share, settled } = await start([join(routes, kannel, twilio)])
    const receipt = (name: string, state: 'delivered' | 'failed') => ({
      connection: { channel: 'sms', connection: name as ConnectionId } as const,
      providerId: 'p-1',
      verdict: { state, reason: null, detail: null },
    })
    await twilio.channel.sink().receipt(receipt('twilio', 'delivered'))
    await kannel.channel.sink().receipt(receipt('kannel', 'failed'))
    await settled((await share([CHINA])).id, all('delivered'))
  })
})
