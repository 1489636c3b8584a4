import { describe } from 'vitest'
import { sharedKannelWorld } from '#test/fixtures/kannel-world.ts'
import { channelContract } from '../../../contracts/channel.ts'
import { missingKannel } from '../../../services/kannel.ts'
import { skippedFor } from '../../../services/skipped-for.ts'
import { missingWbxml } from '../../../services/wbxml.ts'
import { openWapPush, type WapPushHarness } from './harness.ts'

describe.skipIf(skippedFor(missingKannel() ?? missingWbxml()))('WAP push by Kannel', () => {
  const world = sharedKannelWorld({ wap: true })
  channelContract<WapPushHarness>({
    name: 'wap-push',
    open: async () => openWapPush(await world()),
    outcomes: {
      accepted: () => {},
      transient: (h) => h.world.kannel.wapbox!.kill(),
      permanent: (h) => h.world.kannel.reconfigure({ unpushable: '+86' }),
      down: (h) => h.setPassword('wrong'),
      unknown: (h) => h.world.kannel.wapbox!.freeze(),
      throttled: { never: 'Kannel queues what the network throttles' },
      delivered: { never: 'that comes by a report' },
      'needs-recipient': { never: 'any phone can be pushed to' },
    },
    silence: (h) => h.world.kannel.wapbox!.freeze(),
    refusal: (h) => h.setPassword('wrong'),
    welcome: (h) => h.setPassword(h.world.kannel.password),
    receipts: (h) => h.world.hooks.forgetAnswers(1),
  })
})
