import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { endpointOf } from '#core/address.ts'
import { all, startTestEngine, type TestEngine, until } from '#test/fixtures/engine.ts'
import { createScriptedChannel, type ScriptedChannel } from '#test/fixtures/scripted-channel.ts'

const NUMBER = '+8613800138000'
describe('who said stop is written to by no path', () => {
  let t: TestEngine
  let email: ScriptedChannel
  let sms: ScriptedChannel
  let wap: ScriptedChannel
  let telegram: ScriptedChannel
  beforeEach(async () => {
    email = createScriptedChannel({ caps: { concurrency: 2 } })
    sms = createScriptedChannel({ name: 'sms' })
    wap = createScriptedChannel({ name: 'wap-push' })
    telegram = createScriptedChannel({
      name: 'telegram',
      send: ({ reach }) => (reach ? { kind: 'accepted' } : { kind: 'needs-recipient', detail: '' }),
    })
    t = await startTestEngine([email, sms, wap, telegram], { defaultRegion: 'CN' })
  })
  afterEach(() => t.stop())

  test('a stop by SMS holds for WAP push and every way to write the number', async () => {
    await sms.sink().stop({ channel: 'sms', value: NUMBER }, 'all')
    for (const written of [NUMBER, `wap:${NUMBER}`, '138 0013 8000', '０１３８００１３８０００']) {
      const share = await t.share([written]).catch(() => null)
      if (share) await t.settled(share.id, all('suppressed'))
    }
    expect([sms.sent, wap.sent]).toEqual([[], []])
  })

  test('however a mailbox is written', async () => {
    await email.sink().stop({ channel: 'email', value: 'Jo.Bloggs+news@googlemail.com' }, 'all')
    const written = [
      'jobloggs@gmail.com',
      'JOBLOGGS+x@GMAIL.com',
      '"j.o.bloggs"@gmail.com',
      'mailto:jo.bloggs@gmail.com?subject=x',
      'Jo <jo.bloggs@googlemail.com.>',
    ]
    for (const one of written) {
      const share = await t.share([one])
      await t.settled(share.id, all('suppressed'))
    }
    expect(email.sent).toEqual([])
  })

  test('what was planned, what waits, a retry, a fix and a wake', async () => {
    const to = { channel: 'telegram', value: '@bobby' } as const
    const planned = await t.share(['bob@example.org'], { sendAt: Date.now() + 60_000 })
    const waiting = await t.share(['telegram:@bobby'])
    await t.settled(waiting.id, all('waiting'))
    await email.sink().stop({ channel: 'email', value: 'bob@example.org' }, 'all')
    await telegram.sink().stop(to, 'all')
    await telegram.sink().reach(to, { chat: '7' })
    await t.settled(waiting.id, all('suppressed'))
    t.advance(61_000)
    const stopped = await t.settled(planned.id, all('suppressed'))
    const [delivery] = stopped.deliveries
    await t.engine.sharing.retry(t.ann, delivery!.id)
    await until(async () => {
      const [now] = (await t.engine.sharing.get(t.ann, planned.id)).deliveries
      return now?.state === 'suppressed' ? now : undefined
    })
    const options = { frontEnd: 'web', locale: 'en', replaces: delivery!.id } as const
    await t.engine.sharing.addRecipients(t.ann, planned.id, ['Bob+1@example.org'], options)
    await t.settled(planned.id, all('suppressed'))
    expect(email.sent).toEqual([])
    expect(telegram.sent).toHaveLength(1)
  })
})

test('an endpoint is one over spellings that mail and phones do not tell apart', () => {
  const mail = (value: string) => endpointOf({ channel: 'email', value })
  expect(mail('a.b+c@gmail.com')).toBe(mail('AB@googlemail.com'))
  expect(mail('"a.b"@gmail.com')).toBe(mail('ab@gmail.com'))
  expect(mail('"Bob+x"@example.org')).toBe(mail('bob@example.org'))
})
