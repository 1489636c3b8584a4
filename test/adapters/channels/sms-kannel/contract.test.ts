import { describe } from 'vitest'
import { sharedKannelWorld } from '#test/fixtures/kannel-world.ts'
import { channelContract } from '../../../contracts/channel.ts'
import { missingKannel } from '../../../services/kannel.ts'
import { skippedFor } from '../../../services/skipped-for.ts'
import { openSmsKannel, type SmsKannelHarness } from './harness.ts'

describe.skipIf(skippedFor(missingKannel()))('SMS by Kannel', () => {
  const world = sharedKannelWorld()
  channelContract<SmsKannelHarness>({
    name: 'sms',
    open: async () => openSmsKannel(await world()),
    outcomes: {
      accepted: () => {},
      transient: (h) => h.world.kannel.smsbox.kill(),
      permanent: (h) => h.world.kannel.reconfigure({ denied: '^[+]86' }),
      down: (h) => h.setPassword('wrong'),
      unknown: (h) => h.world.kannel.smsbox.freeze(),
      throttled: { never: 'Kannel queues what the network throttles' },
      delivered: { never: 'that comes by a report' },
      'needs-recipient': { never: 'anybody can be written to by text message' },
    },
    silence: (h) => h.world.kannel.smsbox.freeze(),
    refusal: (h) => h.setPassword('wrong'),
    welcome: (h) => h.setPassword(h.world.kannel.password),
    receipts: (h) => h.world.hooks.forgetAnswers(1),
  })
})
