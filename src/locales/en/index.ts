import { fault } from './fault.ts'
import { http } from './http.ts'
import { message } from './message.ts'
import { reason } from './reason.ts'
import { setup } from './setup.ts'
import { web } from './web.ts'

/** Every text that a person reads, by domain. ICU message syntax; plain text, no markup. */
export const en = { ...fault, ...http, ...message, ...reason, ...setup, ...web } as const
