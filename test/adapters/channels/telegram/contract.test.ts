import { REFUSALS, TOKEN } from '#test/services/telegram-api/telegram-api.ts'
import { channelContract } from '../../../contracts/channel.ts'
import { openTelegramChannel, type TelegramHarness } from './harness.ts'

channelContract<TelegramHarness>({
  name: 'telegram',
  open: () => openTelegramChannel(),
  outcomes: {
    accepted: () => {},
    throttled: ({ api }) => api.fault({ refuse: REFUSALS.tooManyRequests(3) }),
    transient: (harness) => harness.close(),
    permanent: ({ bob }) => void bob.blocks(),
    'needs-recipient': ({ api }) => api.fault({ refuse: REFUSALS.neverStarted() }),
    down: ({ api }) => {
      api.token = 'another'
    },
    unknown: ({ api }) => api.fault({ cut: 'after' }),
    delivered: { never: 'Telegram does not say what arrives' },
  },
  silence: ({ api }) => api.fault({ slow: 5_000 }),
  refusal: ({ api }) => {
    api.token = 'another'
  },
  welcome: ({ api }) => {
    api.token = TOKEN
  },
  receipts: { never: 'Telegram does not say what arrives' },
})
