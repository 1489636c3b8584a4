import type { User } from 'grammy/types'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { PlatformUser } from '#core/identity.ts'
import { type Locale, localeOf } from '#core/locale.ts'
import { cleanLine } from '#core/text.ts'

interface Names {
  readonly first_name?: string | undefined
  readonly last_name?: string | undefined
  readonly username?: string | undefined
}

export function userOf(from: User): PlatformUser {
  const id = String(from.id)
  return {
    platform: 'telegram',
    connection: DEFAULT_CONNECTION,
    id,
    handle: from.username ?? null,
    name: nameOf(from) ?? id,
  }
}

/** Null: they have none that can be shown. */
export function nameOf({ first_name = '', last_name = '', username }: Names): string | null {
  return cleanLine(`${first_name} ${last_name}`) || username || null
}

/** Of their app; null: we do not have it. */
export function localeOfUser({ language_code: tag }: User): Locale | null {
  return (tag !== undefined && localeOf(tag)) || null
}
