import { createSmsChannel } from '#adapters/channels/sms/sms.ts'
import type { ChannelSink } from '#ports/channel.ts'
import { type ChannelHarness, channelContract } from '../../../contracts/channel.ts'
import { PASSWORD, webhookCall } from '../../../services/android-gateway.ts'
import { callHook, type HttpHarness, openAndroid } from '../sms-http/harness.ts'
import { openTwilio } from '../sms-twilio/harness.ts'

interface JoinedHarness extends ChannelHarness {
  /** The gateway that the contract's number goes by. */
  readonly preferred: HttpHarness
}

/** Two gateways as one channel; every number goes by the first of them while it is up. */
async function openJoined(): Promise<JoinedHarness> {
  const [preferred, other] = await Promise.all([openAndroid(), openTwilio()])
  const channel = createSmsChannel(
    { routes: [{ prefix: '*', gateways: ['http', 'twilio'] }], maxSegments: 3 },
    [
      { name: 'http', channel: preferred.channel },
      { name: 'twilio', channel: other.channel },
    ],
  )
  const start = channel.start.bind(channel)
  channel.start = async (sink: ChannelSink) => {
    await start(sink)
    preferred.phone.onTaken(async (messageId) => {
      const call = webhookCall('sms:delivered', { messageId, phoneNumber: '+8613800138000' })
      await callHook(channel, 'receipt', call, sink)
      await callHook(channel, 'receipt', call, sink)
    })
  }
  return {
    preferred,
    channel,
    arrived: async () => [...(await preferred.arrived()), ...(await other.arrived())],
    openConnections: async () =>
      (await preferred.openConnections()) + (await other.openConnections()),
    async close() {
      await Promise.all([preferred.close(), other.close()])
    },
  }
}

channelContract<JoinedHarness>({
  name: 'sms',
  open: openJoined,
  outcomes: {
    accepted: () => {},
    throttled: ({ preferred: { phone } }) =>
      phone.fault({ status: 503, body: '{"message":"limits exceeded"}' }),
    transient: ({ preferred: { phone } }) => phone.close(),
    permanent: ({ preferred: { phone } }) =>
      phone.fault({ status: 400, body: '{"message":"invalid number"}' }),
    down: ({ preferred }) => preferred.setSecret('wrong'),
    unknown: ({ preferred: { phone } }) => phone.fault({ cut: true }),
    delivered: { never: 'no gateway knows at once' },
    'needs-recipient': { never: 'anybody can be texted' },
  },
  silence: ({ preferred: { phone } }) => phone.fault({ silent: true }),
  refusal: ({ preferred: { phone } }) => phone.setPassword('another'),
  welcome: ({ preferred: { phone } }) => phone.setPassword(PASSWORD),
  receipts: () => {},
})
