import { botPlatformContract } from '#test/contracts/bot-platform.ts'
import { telegramStage } from './telegram-stage.ts'

botPlatformContract('Telegram', telegramStage)
