import { botPlatformContract } from '#test/contracts/bot-platform.ts'
import { bareStage } from '#test/fixtures/chat/bare-stage.ts'

botPlatformContract('the conversation alone', bareStage(), { writes: true })
