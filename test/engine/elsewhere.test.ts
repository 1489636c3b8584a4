import { describe, expect, test } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { createScriptedChannel, type ScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'

const start = useTestEngine()
const bots = { caps: { placement: { single: 'bots' } } } as const
const broken = () =>
  createScriptedChannel({ name: 'sms', send: () => ({ kind: 'down', detail: 'bad password' }) })

describe('a channel that lives in one process', () => {
  test('alerts the operator from there', async () => {
    const mail = createScriptedChannel({ name: 'email', ...bots })
    const t = await alertBy(mail, 'all')
    await until(async () => mail.sent.length || undefined)
    expect(mail.sent[0]?.address.value).toBe('op@example.org')
    await t.stop()
  })

  test('is not asked to alert anybody from another', async () => {
    const mail = createScriptedChannel({ name: 'email', ...bots })
    await alertBy(mail, 'worker')
    expect(mail.sent).toEqual([])
  })

  test('takes messages away where it lives, and is not asked to elsewhere', async () => {
    const here = await recallBy('all')
    expect(here.recalled).toEqual(['p1'])
    const elsewhere = await recallBy('web')
    expect(elsewhere.recalled).toEqual([])
  })
})

/** Shares by a channel that breaks, until it is known as down. */
async function alertBy(mail: ScriptedChannel, role: 'all' | 'worker') {
  const settings = { role, undoMs: 0, sharedQueue: true, operator: 'op@example.org' }
  const t = await start([mail, broken()], settings)
  // Where it lives it is connected by then.
  if (role === 'all') await until(async () => isConnected(mail) || undefined)
  await t.share(['+8613800138000'])
  const sms = async () =>
    (await t.engine.health.channels()).find(({ channel }) => channel === 'sms')
  await until(async () => (await sms())?.paused ?? undefined)
  return t
}

async function recallBy(role: 'all' | 'web'): Promise<ScriptedChannel> {
  const sms = createScriptedChannel({ name: 'sms', ...bots })
  const t = await start([sms], { role, undoMs: 3_600_000, sharedQueue: true })
  if (role === 'all') await until(async () => isConnected(sms) || undefined)
  const { id, deliveries } = await t.share(['+8613800138000'])
  const delivery = deliveries[0]?.id ?? ''
  await deliver(t.store, delivery as never)
  await t.engine.sharing.recall(t.ann, id)
  await t.stop()
  return sms
}

function isConnected(channel: ScriptedChannel): boolean {
  try {
    return Boolean(channel.sink())
  } catch {
    return false
  }
}

/** Settles it as sent, in whichever process. */
async function deliver(
  { deliveries }: Awaited<ReturnType<typeof start>>['store'],
  id: Parameters<typeof deliveries.get>[0],
): Promise<void> {
  const epoch = (await deliveries.get(id))?.epoch ?? 0
  const claim = await deliveries.claim(id, { epoch, holder: 'h', leaseMs: 90_000, cap: null })
  if (claim.kind !== 'claimed') throw new Error(claim.kind)
  await deliveries.settle(claim.lease, {
    settlement: {
      state: 'accepted',
      reason: null,
      detail: null,
      dueInMs: null,
      attempts: 1,
      unknowns: 0,
    },
    via: 'sms',
    providerIds: ['p1'],
    reach: null,
  })
}
