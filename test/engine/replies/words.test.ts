import { describe, expect, test } from 'vitest'
import { endpointOf } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import type { Rendered } from '#core/message/message.ts'
import type { ConsentChoice } from '#engine/engine.ts'
import { all, type TestEngine, until } from '#test/fixtures/engine.ts'
import { faultyStore, type UseCase } from '#test/fixtures/faulty-store.ts'
import { createScriptedChannel, type ScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'

const NUMBER = '+8613800138000'
const connection = { channel: 'sms', connection: 'default' as never } as const
const start = useTestEngine()

interface Phone {
  /** Comes in by the channel, under an id of its own unless one is given. */
  text(words: string, inboundId?: string): Promise<void>
  stopped(): Promise<string[]>
  /** What the service itself answered. */
  answers(): readonly string[]
}

let texts = 0
function phoneOf(t: TestEngine, sms: ScriptedChannel, value = NUMBER): Phone {
  const from = { channel: 'sms', value } as const
  return {
    text: (words, inboundId = `in-${++texts}`) =>
      t.engine.sink.reply({ connection, from, text: words, inboundId }),
    async stopped() {
      const standing = await t.store.consent.of(t.keys.endpoint(endpointOf(from)))
      return standing.map(({ account, kind }) => `${account === null ? 'all' : 'one'} ${kind}`)
    },
    answers: () => sms.wrote.flatMap((one) => textOf(one, value)),
  }
}

function textOf(rendered: Rendered, to: string): readonly string[] {
  return rendered.channel === 'sms' && rendered.to === to ? [rendered.text] : []
}

async function written(t: TestEngine, to = NUMBER, locale: 'en' | 'zh-CN' = 'en') {
  const request = { url: 'https://example.org/a', recipients: [to] }
  const options = { frontEnd: 'api', locale } as const
  const { share } = await t.engine.sharing.accept(t.ann, request, options)
  await t.settled(share.id, all('accepted'))
  return share
}

/** Nothing more is owed: what was to go out did. */
async function quietAgain(t: TestEngine): Promise<void> {
  t.advance(200_000)
  const owed = await t.store.replies.claim({ channel: 'sms', limit: 50, leaseMs: 1 })
  expect(owed).toEqual([])
}

const answered = (phone: Phone, count = 1) =>
  until(async () => (phone.answers().length >= count ? phone.answers() : undefined))

describe('STOP by text', () => {
  test('stops all senders, and is confirmed once, with the page where more can be chosen', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    const share = await written(t)
    const phone = phoneOf(t, sms)
    await phone.text(' “stop!” ')
    expect(await phone.stopped()).toEqual(['all stop'])
    const page = `https://passalong.example.org/u/${t.keys.stopToken(share.deliveries[0]?.id as never)}`
    expect(await answered(phone)).toEqual([
      `You get no more messages from Passalong. To resume, reply START. Your choices: ${page}`,
    ])
    expect(await t.engine.consent.view(page.split('/u/')[1] ?? '')).toMatchObject({
      stopped: 'all',
    })
    await phone.text('STOP')
    await phone.text('unsubscribe')
    await quietAgain(t)
    expect(phone.answers()).toHaveLength(1)
    expect(
      (await t.engine.sharing.replies(t.ann, share.id, { limit: 9, cursor: null })).items,
    ).toEqual([])
  })

  test('is confirmed with a page that old phones open, where links have a host for them', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms], { linkBaseUrl: 'http://l.example.org' })
    const share = await written(t)
    const phone = phoneOf(t, sms)
    await phone.text('STOP')
    const page = `http://l.example.org/u/${t.keys.stopToken(share.deliveries[0]?.id as never)}`
    expect((await answered(phone))[0]).toContain(` Your choices: ${page}`)
  })

  test('is answered in the language of what was sent last', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    await written(t)
    await written(t, NUMBER, 'zh-CN')
    const phone = phoneOf(t, sms)
    await phone.text('退订')
    expect((await answered(phone))[0]).toMatch(/^你不会再收到 Passalong 的消息.*\/u\//)
  })

  test('is not confirmed where the number had been stopped for all long before', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    const share = await written(t)
    const token = t.keys.stopToken(share.deliveries[0]?.id as never)
    await t.engine.consent.choose(token, 'stop-all')
    t.advance(3_600_000)
    const phone = phoneOf(t, sms)
    await phone.text('STOP')
    await quietAgain(t)
    expect(phone.answers()).toEqual([])
    expect(await phone.stopped()).toEqual(['all stop'])
  })

  test('holds for who was never written to, and says so without a page', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    const phone = phoneOf(t, sms, '+4915112345678')
    await phone.text('Stopp')
    expect(await phone.stopped()).toEqual(['all stop'])
    expect(await answered(phone)).toEqual([
      'You get no more messages from Passalong. To resume, reply START.',
    ])
  })

  test('that comes many times at once is confirmed once', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    await written(t)
    const phone = phoneOf(t, sms)
    await Promise.all(Array.from({ length: 20 }, () => phone.text('STOP', 'same')))
    await Promise.all(Array.from({ length: 20 }, () => phone.text('STOP')))
    await answered(phone)
    await quietAgain(t)
    expect(phone.answers()).toHaveLength(1)
  })

  const STEPS: readonly UseCase[] = [
    'replies.has',
    'consent.suppress',
    'consent.of',
    'deliveries.lastTo',
    'replies.keep',
    'replies.lastWord',
  ]
  test.each(STEPS)(
    'is not lost, and confirmed once, where %s breaks or its answer is lost',
    async (step) => {
      for (const breaking of ['breakNext', 'loseNextAnswers'] as const) {
        const faults = faultyStore()
        const sms = createScriptedChannel({ name: 'sms' })
        const t = await start([sms], {}, faults)
        await written(t)
        const phone = phoneOf(t, sms)
        faults[breaking](step, 1)
        await expect(phone.text('STOP', 'in')).rejects.toThrow()
        const isStopped = (await phone.stopped()).length > 0
        // Every step after the suppression finds the number stopped already.
        const isFirst =
          step === 'replies.has' || (step === 'consent.suppress' && breaking === 'breakNext')
        expect([step, breaking, isStopped]).toEqual([step, breaking, !isFirst])
        await phone.text('STOP', 'in')
        expect(await phone.stopped()).toEqual(['all stop'])
        await answered(phone)
        await quietAgain(t)
        expect(phone.answers()).toHaveLength(1)
        await t.stop()
      }
    },
  )
})

describe('what was chosen after a STOP by text', () => {
  const chosen = async (choice: ConsentChoice) => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    const share = await written(t)
    const phone = phoneOf(t, sms)
    await phone.text('STOP', 'stop')
    t.advance(60_000)
    await t.engine.consent.choose(t.keys.stopToken(share.deliveries[0]?.id as never), choice)
    t.advance(60_000)
    return { t, phone }
  }

  test.each([
    ['resume', []],
    ['stop-sender', ['one stop']],
  ] as const)('by the page (%s) stands, whatever else is written', async (choice, stands) => {
    const { phone } = await chosen(choice)
    expect(await phone.stopped()).toEqual(stands)
    await phone.text('thanks, nice film')
    await phone.text('HELP')
    await phone.text('STOP', 'stop')
    expect(await phone.stopped()).toEqual(stands)
  })

  test('by the page ends with the next STOP or START', async () => {
    const { t, phone } = await chosen('stop-sender')
    await phone.text('START')
    expect(await phone.stopped()).toEqual([])
    t.advance(1_000)
    await phone.text('STOP')
    expect(await phone.stopped()).toEqual(['all stop'])
  })

  test('by a button stands, whatever else is written', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    await written(t)
    const phone = phoneOf(t, sms)
    await phone.text('STOP')
    await t.engine.sink.stop({ channel: 'sms', value: NUMBER }, 'resume')
    await phone.text('thanks')
    expect(await phone.stopped()).toEqual([])
  })
})

describe('START by text', () => {
  test('lifts every stop and is answered', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    const share = await written(t)
    const token = t.keys.stopToken(share.deliveries[0]?.id as never)
    await t.engine.consent.choose(token, 'stop-sender')
    const phone = phoneOf(t, sms)
    await phone.text('STOP')
    t.advance(10)
    await phone.text('恢复')
    expect(await phone.stopped()).toEqual([])
    expect((await answered(phone, 2))[1]).toMatch(/^Messages from Passalong reach you again\./)
    await written(t)
  })

  test('lifts what a provider that keeps stops itself left, unless that is newer', async () => {
    const blocked = {
      kind: 'permanent',
      reason: 'blocked',
      detail: '21610',
      suppress: true,
    } as const
    let outcome: Outcome = blocked
    const sms = createScriptedChannel({ name: 'sms', send: () => outcome })
    const t = await start([sms])
    const phone = phoneOf(t, sms)
    const share = await t.share([NUMBER])
    await t.settled(share.id, all('failed'))
    expect(await phone.stopped()).toEqual(['all bounce'])
    t.advance(1_000)
    outcome = { kind: 'accepted' }
    await phone.text('START', 'a')
    expect(await phone.stopped()).toEqual([])
    await written(t)
    t.advance(1_000)
    outcome = blocked
    const again = await t.share([NUMBER])
    await t.settled(again.id, all('failed'))
    await phone.text('START', 'a')
    expect(await phone.stopped()).toEqual(['all bounce'])
  })

  test('that is repeated after a later stop lifts nothing', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    await written(t)
    const phone = phoneOf(t, sms)
    await phone.text('START', 'a')
    t.advance(1_000)
    await phone.text('STOP', 'b')
    await phone.text('START', 'a')
    expect(await phone.stopped()).toEqual(['all stop'])
  })

  test('that is repeated after a stop by the page lifts nothing', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    const share = await written(t)
    const phone = phoneOf(t, sms)
    await phone.text('START', 'a')
    t.advance(1_000)
    await t.engine.consent.choose(t.keys.stopToken(share.deliveries[0]?.id as never), 'stop-all')
    await phone.text('START', 'a')
    expect(await phone.stopped()).toEqual(['all stop'])
  })

  test('that was kept before a crash is followed when it comes again', async () => {
    const faults = faultyStore()
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms], {}, faults)
    await written(t)
    const phone = phoneOf(t, sms)
    await phone.text('STOP')
    t.advance(1_000)
    faults.breakNext('consent.lift', 1)
    await expect(phone.text('START', 's')).rejects.toThrow()
    expect(await phone.stopped()).toEqual(['all stop'])
    await phone.text('START', 's')
    expect(await phone.stopped()).toEqual([])
  })

  test('does not lift a STOP that came after it, whichever is taken first', async () => {
    const faults = faultyStore()
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms], {}, faults)
    await written(t)
    const phone = phoneOf(t, sms)
    await phone.text('STOP')
    t.advance(1_000)
    // Killed between keeping the START and following it; STOP comes; then the gateway repeats the START.
    faults.breakNext('consent.lift', 1)
    await expect(phone.text('START', 's')).rejects.toThrow()
    t.advance(1_000)
    await phone.text('STOP')
    await phone.text('START', 's')
    expect(await phone.stopped()).toEqual(['all stop'])
  })

  test('and STOP at the same moment end as the last one kept says', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    await written(t)
    const phone = phoneOf(t, sms)
    for (let i = 0; i < 20; i++) {
      await Promise.all([phone.text('STOP'), phone.text('START'), phone.text('STOP')])
      const endpoint = t.keys.endpoint(endpointOf({ channel: 'sms', value: NUMBER }))
      const word = await t.store.replies.lastWord(endpoint)
      expect(await phone.stopped()).toEqual(word?.means === 'stop' ? ['all stop'] : [])
      t.advance(10)
    }
  })

  test('YES says something to the sender, and lifts nothing', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    const share = await written(t)
    const phone = phoneOf(t, sms)
    await phone.text('STOP')
    await phone.text('YES')
    expect(await phone.stopped()).toEqual(['all stop'])
    const { items } = await t.engine.sharing.replies(t.ann, share.id, { limit: 9, cursor: null })
    expect(items).toMatchObject([{ text: 'YES' }])
  })
})

describe('a word that the provider has answered', () => {
  test('counts as any other, once and in its order, and is not answered again', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    await written(t)
    const phone = phoneOf(t, sms)
    const before = phone.answers().length
    const from = { channel: 'sms', value: NUMBER } as const
    const say = (answered: 'stop' | 'start' | 'help', inboundId: string) =>
      t.engine.sink.reply({ connection, from, text: 'whatever', inboundId, answered })
    await say('stop', 'a')
    expect(await phone.stopped()).toEqual(['all stop'])
    t.advance(1_000)
    await say('start', 'b')
    expect(await phone.stopped()).toEqual([])
    await say('stop', 'a')
    expect(await phone.stopped()).toEqual([])
    t.advance(1_000)
    await say('stop', 'c')
    await say('start', 'b')
    await say('help', 'd')
    expect(await phone.stopped()).toEqual(['all stop'])
    await quietAgain(t)
    expect(phone.answers()).toHaveLength(before)
  })
})

describe('answers to one number', () => {
  test('are few, however often it says STOP and START, and another hour has others', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    await written(t)
    const phone = phoneOf(t, sms)
    const before = phone.answers().length
    const given = () => phone.answers().length - before
    for (const count of [3, 6, 6]) {
      for (let i = 0; i < 10; i++) {
        await phone.text('STOP')
        t.advance(61_000)
        await phone.text('START')
        t.advance(61_000)
      }
      await until(async () => (given() >= count ? true : undefined))
      await quietAgain(t)
      expect(given()).toBe(count)
      expect(await phone.stopped()).toEqual([])
      t.advance(3_600_000)
    }
  })

  test('leave one for the first STOP, whatever was asked for before', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    await written(t)
    const phone = phoneOf(t, sms)
    const before = phone.answers().length
    for (let i = 0; i < 4; i++) {
      await phone.text('HELP')
      await phone.text('START')
      t.advance(11 * 60_000)
    }
    await phone.text('STOP')
    const answers = await answered(phone, before + 3)
    await quietAgain(t)
    expect(phone.answers()).toHaveLength(before + 3)
    expect(answers.filter((text) => text.startsWith('You get no more'))).toHaveLength(1)
  })

  test('go to nobody who was never written to and asks for help, and to none that is dear', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    const stranger = phoneOf(t, sms, '+4915112345678')
    await stranger.text('HELP')
    await stranger.text('START')
    const dear = phoneOf(t, sms, '+19002345678')
    await dear.text('STOP')
    expect(await dear.stopped()).toEqual(['all stop'])
    await quietAgain(t)
    expect(sms.wrote).toEqual([])
  })
})

describe('HELP by text', () => {
  test('says who writes and where to choose, once in ten minutes', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    await written(t)
    const phone = phoneOf(t, sms)
    await phone.text('help')
    await phone.text('INFO')
    const [help] = await answered(phone)
    expect(help).toMatch(/^Passalong \(passalong\.example\.org\) passes on links .* \/?.*\/u\//)
    t.advance(9 * 60_000)
    await phone.text('帮助')
    t.advance(61_000)
    expect(phone.answers()).toHaveLength(1)
    await phone.text('HELP')
    await answered(phone, 2)
    await quietAgain(t)
    expect(phone.answers()).toHaveLength(2)
    expect(await phone.stopped()).toEqual([])
  })
})
