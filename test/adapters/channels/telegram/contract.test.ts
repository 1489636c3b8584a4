import { channelContract } from '../../../contracts/channel.ts'
import { openTelegramChannel, type TelegramHarness, TOKEN } from './harness.ts'

const tooMany = {
  code: 429,
  description: 'Too Many Requests: retry after 3',
  parameters: { retry_after: 3 },
}

channelContract<TelegramHarness>({
  name: 'telegram',
  open: () => openTelegramChannel(),
  outcomes: {
    accepted: () => {},
    throttled: ({ api }) => api.fault(tooMany),
    transient: ({ api }) => api.close(),
    permanent: ({ api }) =>
      api.fault({ code: 403, description: 'Forbidden: bot was blocked by the user' }),
    'needs-recipient': ({ api }) =>
      api.fault({
        code: 403,
        description: "Forbidden: bot can't initiate conversation with a user",
      }),
    down: ({ api }) => {
      api.token = 'another'
    },
    unknown: ({ api }) => api.fault('cut'),
    delivered: { never: 'Telegram does not say what arrives' },
  },
  silence: ({ api }) => api.fault('silent'),
  refusal: ({ api }) => {
    api.token = 'another'
  },
  welcome: ({ api }) => {
    api.token = TOKEN
  },
  receipts: { never: 'Telegram does not say what arrives' },
})
