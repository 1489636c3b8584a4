import { describe, expect, test } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'

const start = useTestEngine()

describe('a stop', () => {
  test.each([
    { sharedQueue: true, where: 'on a shared queue' },
    { sharedQueue: false, where: 'on one of its own' },
  ])('lets a single-placed channel finish its sends before it is cut, $where', async (settings) => {
    const log: string[] = []
    const sending = Promise.withResolvers<void>()
    const scripted = createScriptedChannel({
      name: 'sms',
      caps: { placement: { single: 'worker' } },
      async send() {
        await sending.promise
        log.push('sent')
        return { kind: 'accepted' }
      },
    })
    const channel = { ...scripted, stop: async () => void log.push('cut') }
    const t = await start([channel], { sharedQueue: settings.sharedQueue, undoMs: 0 })
    const { id } = await t.share(['+8613800138000'])
    await until(async () => scripted.sent.length || undefined)
    const stopped = t.engine.stop(20_000)
    await new Promise((resolve) => setTimeout(resolve, 50))
    sending.resolve()
    await stopped
    expect(log).toEqual(['sent', 'cut'])
    expect((await t.engine.sharing.get(t.ann, id)).deliveries[0]?.state).toBe('accepted')
  })
})
