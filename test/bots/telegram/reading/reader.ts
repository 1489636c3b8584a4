import type { Update } from '@grammyjs/types'
import type { Instant } from '#core/ids.ts'
import type { ChatEvent, Intent } from '#ports/bot-platform.ts'
import { readUpdate } from '../../../../bots/telegram/reading/read-update.ts'
import type { Reading } from '../../../../bots/telegram/reading/reading.ts'
import { startTelegramApi, type TelegramApi } from '../../../services/telegram-api/telegram-api.ts'

export const NOW = 1_764_000_000_000 as Instant

/** Telegram as its users work it, and what the bot reads in what they do. */
export interface Reader {
  readonly telegram: TelegramApi
  read(update: Update | null): Reading
  /** @throws where there is none */
  event(update: Update | null): ChatEvent
  intent<K extends Intent['kind']>(kind: K, update: Update | null): Extract<Intent, { kind: K }>
}

export async function startReader(): Promise<Reader> {
  const telegram = await startTelegramApi()
  const { id, username = '' } = telegram.bot

  function read(update: Update | null): Reading {
    if (!update) throw new Error('the bot asked for no such update')
    return readUpdate({ update }, { id, username }, NOW)
  }

  function event(update: Update | null): ChatEvent {
    const reading = read(update)
    if (!('event' in reading)) throw new Error(`no event: ${reading.kind}`)
    return reading.event
  }

  return {
    telegram,
    read,
    event,
    intent<K extends Intent['kind']>(kind: K, update: Update | null) {
      const { intent } = event(update)
      if (intent.kind !== kind) throw new Error(`${intent.kind} in place of ${kind}`)
      return intent as Extract<Intent, { kind: K }>
    },
  }
}
