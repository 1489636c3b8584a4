import type { en } from '../en/index.ts'
import { fault } from './fault.ts'
import { http } from './http.ts'
import { message } from './message.ts'
import { reason } from './reason.ts'
import { setup } from './setup.ts'
import { web } from './web.ts'

export const zhCN: Readonly<Record<keyof typeof en, string>> = {
  ...fault,
  ...http,
  ...message,
  ...reason,
  ...setup,
  ...web,
}
