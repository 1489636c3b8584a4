import type { en } from '../en/index.ts'
import { fault } from './fault.ts'
import { message } from './message.ts'
import { reason } from './reason.ts'
import { web } from './web.ts'

export const zhCN: Readonly<Record<keyof typeof en, string>> = {
  ...fault,
  ...message,
  ...reason,
  ...web,
}
