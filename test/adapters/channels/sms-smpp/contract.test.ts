import { describe } from 'vitest'
import { channelContract } from '../../../contracts/channel.ts'
import { skippedFor } from '../../../services/skipped-for.ts'
import { missingSmsc, SMSC_PASSWORD } from '../../../services/smsc.ts'
import { openSmpp, type SmppHarness } from './harness.ts'

describe.skipIf(skippedFor(missingSmsc()))('SMPP against Net::SMPP', () => {
  channelContract<SmppHarness>({
    name: 'sms',
    open: () => openSmpp(),
    outcomes: {
      accepted: () => {},
      transient: ({ smsc }) => smsc.script({ status: 0x08 }),
      permanent: ({ smsc }) => smsc.script({ status: 0x0b }),
      throttled: ({ smsc }) => smsc.script({ status: 0x58 }),
      down: (harness) => harness.setPassword('wrong'),
      unknown: ({ smsc }) => smsc.script({ cut: 1 }),
      delivered: { never: 'a submit is answered when it was taken; delivery is told by receipts' },
      'needs-recipient': { never: 'anybody can be written to by SMS' },
    },
    silence: ({ smsc }) => smsc.set({ mute: 1 }),
    refusal: (harness) => harness.setPassword('wrong'),
    welcome: (harness) => harness.setPassword(SMSC_PASSWORD),
    receipts: ({ smsc }) => smsc.script({ early: {}, late: {} }),
  })
})
