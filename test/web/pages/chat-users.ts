import type { PlatformUser } from '#core/identity.ts'
import type { ConnectionId } from '#core/ids.ts'
import type { WebChat } from '#web/deps.ts'

/** Has links that lead to its bot. */
export const TELEGRAM: WebChat = {
  platform: 'telegram',
  startUrl: (payload) => `https://t.me/passalong_bot?start=${payload}`,
  writeCommand: (command) => `/${command}`,
}

/** Has none: people write to the bot. */
export const MATRIX: WebChat = {
  platform: 'matrix',
  startUrl: () => null,
  writeCommand: (command) => `!${command}`,
}

export function telegramUser(id: number, handle: string | null, name: string): PlatformUser {
  return {
    platform: 'telegram',
    connection: 'default' as ConnectionId,
    id: String(id),
    handle,
    name,
  }
}

/** Six digits that are not these. */
export function otherPin(pin: string): string {
  return String((Number(pin) + 1) % 1_000_000).padStart(6, '0')
}
