import { expect, test } from 'vitest'
import { createSmsChannel, type Route } from '#adapters/channels/sms/sms.ts'
import { smsSize } from '#core/message/segments.ts'
import { messageOn } from '../../../core/message/sample.ts'
import { example, openChannel } from '../sms-http/harness.ts'
import { openTwilio } from '../sms-twilio/harness.ts'

const SIGNATURE = '【示例】'
const LONG = messageOn('sms', { note: 'Come and see what we made of it. '.repeat(20) })

async function joined(routes: readonly Route[]) {
  const yunpian = await openChannel(example('yunpian'))
  const twilio = await openTwilio()
  const channel = createSmsChannel({ routes, maxSegments: 3 }, [
    { name: 'twilio', channel: twilio.channel },
    { name: 'http', channel: yunpian, signature: SIGNATURE },
  ])
  return { channel, close: () => Promise.all([channel.stop(), twilio.close()]) }
}

test('a text has room for its gateway’s signature, and is counted and paid for with it', async () => {
  const { channel, close } = await joined([{ prefix: '*', gateways: ['http', 'twilio'] }])
  const rendered = channel.render(LONG)
  if (rendered.channel !== 'sms') throw new Error('not a text')
  expect(smsSize(SIGNATURE + rendered.text)).toEqual({ encoding: 'ucs2', segments: 3 })
  expect(rendered).toMatchObject({ encoding: 'ucs2', segments: 3 })
  expect(channel.estimate(rendered)).toMatchObject({ cost: 3, segments: 3 })
  await close()
})

test('where another gateway is preferred it counts as that one sends it', async () => {
  const { channel, close } = await joined([{ prefix: '*', gateways: ['twilio', 'http'] }])
  const rendered = channel.render(LONG)
  if (rendered.channel !== 'sms') throw new Error('not a text')
  expect(smsSize(SIGNATURE + rendered.text).segments).toBe(3)
  expect(rendered).toMatchObject(smsSize(rendered.text))
  expect(rendered.encoding).toBe('gsm7')
  expect(channel.estimate(rendered).segments).toBe(rendered.segments)
  await close()
})
