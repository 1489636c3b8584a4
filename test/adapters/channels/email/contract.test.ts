import { channelContract } from '../../../contracts/channel.ts'
import { type EmailHarness, openEmail, PASSWORD } from './harness.ts'

channelContract<EmailHarness>({
  name: 'email',
  open: () => openEmail({ ratePerSecond: 50 }),
  outcomes: {
    accepted: () => {},
    transient: ({ server }) => server.fault({ at: 'rcpt', reply: '450 4.2.0 Greylisted' }),
    permanent: ({ server }) => server.fault({ at: 'rcpt', reply: '550 5.1.1 No such user' }),
    throttled: ({ server }) => server.fault({ at: 'end', reply: '454 Throttling failure' }),
    down: (harness) => harness.setPassword('wrong'),
    unknown: ({ server }) => server.fault({ at: 'end', cut: true }),
    delivered: { never: 'SMTP says that a server took the mail, not that it arrived' },
    'needs-recipient': { never: 'anybody can be written to by mail' },
  },
  silence: ({ server }) => server.fault({ at: 'mail', delayMs: 5_000 }),
  refusal: (harness) => harness.setPassword('wrong'),
  welcome: (harness) => harness.setPassword(PASSWORD),
  receipts: { never: 'bounces come back as mail, which is not read here' },
})
