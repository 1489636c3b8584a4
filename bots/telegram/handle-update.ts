import type { Conversation } from '#conversation/conversation.ts'
import type { Instant } from '#core/ids.ts'
import { DEFAULT_LOCALE } from '#core/locale.ts'
import { textsFor } from '#locales/texts.ts'
import type { BotPlatform, ChatEvent, ChatRef } from '#ports/bot-platform.ts'
import type { Clock } from '#ports/clock.ts'
import type { Acquaintance } from './acquaintance.ts'
import type { Callbacks } from './callbacks.ts'
import type { ConsentAnswer } from './consent.ts'
import type { InlineMode } from './inline/inline-mode.ts'
import type { Self } from './reading/read-message.ts'
import { type Received, readUpdate } from './reading/read-update.ts'
import type { ConsentPress, InlineChoice, Reading } from './reading/reading.ts'

export interface HandlingDeps {
  readonly conversation: Conversation
  readonly platform: BotPlatform
  readonly acquaintance: Acquaintance
  readonly callbacks: Callbacks
  readonly inline: InlineMode
  readonly consent: (press: ConsentPress) => Promise<ConsentAnswer>
  readonly clock: Pick<Clock, 'now'>
}

/** Handles one update. Rejects where it could not be stored: it is to come again. */
export type HandleUpdate = (received: Received, self: Self) => Promise<void>

export function createUpdateHandling(deps: HandlingDeps): HandleUpdate {
  const { conversation, platform, acquaintance, callbacks, inline, consent, clock } = deps

  async function converse(event: ChatEvent): Promise<{ text: string | null }> {
    const { user, chat, intent } = event
    if (intent.kind === 'started') await acquaintance.note(user, chat, true)
    else await acquaintance.meet(user, chat)
    const { toast } = await conversation.handle(platform, event)
    return { text: toast }
  }

  /** The conversation knows by it that the message has found its way. */
  async function passOn(choice: InlineChoice): Promise<void> {
    const passed = await inline.take(choice)
    if (passed?.kind !== 'delivery') return
    const { id, user, locale, at } = choice
    const chat = { id: user.id, kind: 'private' } as const
    const intent = { kind: 'passed-on', token: passed.delivery } as const
    await conversation.handle(platform, { id, user, chat, locale, timeZone: null, at, intent })
  }

  /** In the group's language, which nobody has told. */
  async function tellNameless(chat: ChatRef): Promise<void> {
    const body = [{ text: textsFor(DEFAULT_LOCALE)('telegram.nameless') }]
    await platform.show({ chat, onlyFor: null, screen: { body, buttons: [] }, inPlaceOf: null })
  }

  async function act(reading: Reading): Promise<void> {
    switch (reading.kind) {
      case 'event':
        await converse(reading.event)
        return
      case 'pressed':
        return callbacks.answering(reading.query, () => converse(reading.event))
      case 'consent':
        return callbacks.answering(reading.choice.query, () => consent(reading.choice))
      case 'stale':
        return callbacks.answering(reading.query, async () => ({ text: null }))
      case 'reach':
        return acquaintance.note(reading.from.user, reading.from.chat, reading.open)
      case 'nameless':
        return tellNameless(reading.chat)
      case 'asked':
        // Nothing is lost with a question: whoever asked writes on.
        void inline.ask(reading.asked)
        return
      case 'chosen':
        return passOn(reading.chosen)
      case 'ignored':
        return
      default:
        return reading satisfies never
    }
  }

  return (received, self) => act(readUpdate(received, self, clock.now() as Instant))
}
