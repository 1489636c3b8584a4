/** What recipients read, on every channel. */
export const message = {
  'message.stop': 'Stop these messages',
} as const
