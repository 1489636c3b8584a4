import type { PlatformUserKey } from '#core/identity.ts'
import type { BotPlatform } from '#ports/bot-platform.ts'

/** Whether the platform's bot is who talks with the user. */
export function isHere(
  { platform, connection }: Pick<BotPlatform, 'platform' | 'connection'>,
  user: PlatformUserKey,
): boolean {
  return user.platform === platform && user.connection === connection
}
