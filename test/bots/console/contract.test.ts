import { botPlatformContract } from '#test/contracts/bot-platform.ts'
import { consoleStage } from './console-stage.ts'

botPlatformContract('a terminal that asks before it sends', consoleStage({ asks: true }), {
  never: {
    'own-account.txt': 'no account is made of a login name',
    'last-way.txt': 'no account is made of a login name',
    'stop.txt': 'nobody is written to at a terminal',
    'undo-too-late.txt': 'what a terminal shows is what can be chosen',
  },
})

botPlatformContract('a terminal', consoleStage({ asks: false }), { only: 'sends at once' })
