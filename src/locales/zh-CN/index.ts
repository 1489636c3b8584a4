import type { en } from '../en/index.ts'
import { account } from './account.ts'
import { chat } from './chat.ts'
import { cli } from './cli.ts'
import { fault } from './fault.ts'
import { http } from './http.ts'
import { link } from './link.ts'
import { message } from './message.ts'
import { reason } from './reason.ts'
import { refusal } from './refusal.ts'
import { sending } from './sending.ts'
import { setup } from './setup.ts'
import { telegram } from './telegram.ts'
import { terminal } from './terminal.ts'
import { web } from './web.ts'
import { webAccount } from './web-account.ts'

export const zhCN: Readonly<Record<keyof typeof en, string>> = {
  ...account,
  ...chat,
  ...cli,
  ...fault,
  ...http,
  ...link,
  ...message,
  ...reason,
  ...refusal,
  ...sending,
  ...setup,
  ...telegram,
  ...terminal,
  ...web,
  ...webAccount,
}
