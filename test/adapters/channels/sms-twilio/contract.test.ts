import type { ChannelSink } from '#ports/channel.ts'
import { channelContract } from '../../../contracts/channel.ts'
import { TOKEN } from '../../../services/twilio-api.ts'
import { openTwilio, type TwilioHarness } from './harness.ts'

channelContract<TwilioHarness>({
  name: 'sms',
  open: async () => {
    const harness = await openTwilio()
    const { channel } = harness
    // The contract hands its sink to `start`; what comes back by hooks goes to the same one here.
    const start = channel.start.bind(channel)
    channel.start = async (sink: ChannelSink) => {
      await start(sink)
      harness.api.onTaken(async ({ StatusCallback, sid }) => {
        const query = Object.fromEntries(new URL(StatusCallback!).searchParams)
        const parameters = { MessageSid: sid, MessageStatus: 'delivered' }
        await harness.call('status', parameters, sink, { query })
        await harness.call('status', parameters, sink, { query })
      })
    }
    return harness
  },
  outcomes: {
    accepted: () => {},
    throttled: ({ api }) => api.fault({ error: 20429, status: 429 }),
    transient: ({ api }) => api.fault({ failed: 30003 }),
    permanent: ({ api }) => api.fault({ error: 21211 }),
    down: (harness) => harness.setToken('wrong'),
    unknown: ({ api }) => api.fault({ plain: 503 }),
    delivered: { never: 'Twilio queues a text before it sends it' },
    'needs-recipient': { never: 'anybody can be texted' },
  },
  silence: ({ api }) => api.fault({ silent: true }),
  refusal: ({ api }) => api.setToken('another'),
  welcome: ({ api }) => api.setToken(TOKEN),
  receipts: () => {},
})
