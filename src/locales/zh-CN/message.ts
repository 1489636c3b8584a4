import type { message as en } from '../en/message.ts'

export const message: Readonly<Record<keyof typeof en, string>> = {
  'message.stop': '不再接收此类消息',
}
