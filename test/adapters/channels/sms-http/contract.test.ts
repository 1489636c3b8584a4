import type { ChannelSink } from '#ports/channel.ts'
import { channelContract } from '../../../contracts/channel.ts'
import { PASSWORD, webhookCall } from '../../../services/android-gateway.ts'
import { callHook, type HttpHarness, openAndroid } from './harness.ts'

channelContract<HttpHarness>({
  name: 'sms',
  open: async () => {
    const harness = await openAndroid()
    const { channel, phone } = harness
    // The contract hands its sink to `start`; what comes back by hooks goes to the same one here.
    const start = channel.start.bind(channel)
    channel.start = async (sink: ChannelSink) => {
      await start(sink)
      phone.onTaken(async (messageId) => {
        const call = webhookCall('sms:delivered', { messageId, phoneNumber: '+8613800138000' })
        await callHook(channel, 'receipt', call, sink)
        await callHook(channel, 'receipt', call, sink)
      })
    }
    return harness
  },
  outcomes: {
    accepted: () => {},
    throttled: ({ phone }) => phone.fault({ status: 503, body: '{"message":"limits exceeded"}' }),
    transient: ({ phone }) => phone.close(),
    permanent: ({ phone }) => phone.fault({ status: 400, body: '{"message":"invalid number"}' }),
    down: (harness) => harness.setSecret('wrong'),
    unknown: ({ phone }) => phone.fault({ cut: true }),
    delivered: { never: 'a phone queues a text before it sends it' },
    'needs-recipient': { never: 'anybody can be texted' },
  },
  silence: ({ phone }) => phone.fault({ silent: true }),
  refusal: ({ phone }) => phone.setPassword('another'),
  welcome: ({ phone }) => phone.setPassword(PASSWORD),
  receipts: () => {},
})
