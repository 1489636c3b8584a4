import { botPlatformContract } from '#test/contracts/bot-platform.ts'
import { bareStage } from '#test/fixtures/chat/bare-stage.ts'

botPlatformContract('the conversation alone', bareStage(), { writes: true })

botPlatformContract(
  'a platform where whole lines are meant',
  bareStage({ platform: 'console', caps: { sendsAtOnce: true, passOn: false } }),
  { writes: true, only: 'sends at once' },
)

botPlatformContract(
  'a platform where nothing can be passed on',
  bareStage({ platform: 'console', caps: { passOn: false } }),
  { writes: true, only: 'copying' },
)

botPlatformContract(
  'a platform that shows something to one person of a group',
  bareStage({ caps: { ephemeral: true } }),
  { writes: true, only: 'ephemeral' },
)
