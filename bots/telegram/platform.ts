import { DEFAULT_CONNECTION } from '#core/address.ts'
import type {
  BotPlatform,
  ChatRef,
  MessageRef,
  Screen,
  Showing,
  Shown,
} from '#ports/bot-platform.ts'
import type { Logger } from '#ports/logger.ts'
import type { TelegramClient, TelegramFault } from './client.ts'
import { inLine, type TelegramPace } from './pace.ts'
import { createPickers } from './pickers.ts'
import { type Place, readPlace } from './place.ts'
import type { Knowledge } from './self.ts'
import { writeKeyboard } from './writing/keyboard.ts'
import { createScreens, type ScreenPlace } from './writing/screens.ts'
import { type NotWritten, notWritten } from './writing/shown.ts'

export interface PlatformDeps {
  readonly client: TelegramClient
  readonly self: Knowledge
  readonly pace: TelegramPace
  readonly logger: Logger
}

const PRIVATE_NEEDED: Shown = { kind: 'not-shown', why: 'private-needed' }

/** What the conversation shows, on Telegram. */
export interface TelegramPlatform {
  /** In a dialogue: somebody waits for it. */
  readonly platform: BotPlatform
  /** The same, for what nobody waits for: it yields to messages. */
  readonly yielding: BotPlatform
}

export function createTelegramPlatform(deps: PlatformDeps): TelegramPlatform {
  const { client, self, logger } = deps
  const pace = inLine(deps.pace)
  const { api, faultOf } = client
  const pickers = createPickers(api)
  const screens = createScreens(api)
  /** Groups that go on under another id. */
  const moved = new Map<string, string>()
  const inlineMode = (): boolean => self.now()?.inline ?? true
  const placeOf = (ref: ChatRef): Place => {
    const { chat, topic } = readPlace(ref)
    return { chat: moved.get(chat) ?? chat, topic }
  }

  async function write({ chat, screen, inPlaceOf }: Showing): Promise<MessageRef | NotWritten> {
    const place = { ...placeOf(chat), inPlaceOf, isPrivate: chat.kind === 'private' }
    try {
      return await writeSomewhere(place, screen)
    } catch (error) {
      return refusedAs(error, place.chat)
    }
  }

  /** Where its topic is gone or closed, the group's general one hears of it. */
  async function writeSomewhere(place: ScreenPlace, screen: Screen): Promise<MessageRef> {
    const keyboard = writeKeyboard(screen.buttons, { passOn: inlineMode() })
    try {
      return await screens.write(place, screen, keyboard)
    } catch (error) {
      const fault = place.topic === null ? undefined : faultOf(error)
      if (!fault || !isWithoutTopic(fault)) throw error
      return screens.write({ ...place, topic: null }, screen, keyboard)
    }
  }

  async function refusedAs(error: unknown, chat: string): Promise<NotWritten> {
    const fault = faultOf(error)
    if (!fault) throw error
    const result = notWritten(fault)
    if (isThrottled(fault) && result.kind === 'later') await pace.refused(chat, result.retryAfterMs)
    if (isOurs(fault)) logger.error({ why: wordsOf(fault) }, 'Telegram does not take a screen')
    return result
  }

  async function showOnce(showing: Showing): Promise<Shown> {
    const { chat, inPlaceOf } = showing
    const written = await write(showing)
    if (typeof written === 'string') return { kind: 'shown', message: written }
    switch (written.kind) {
      case 'same':
        return { kind: 'shown', message: inPlaceOf ?? '' }
      case 'other-kind':
        return { kind: 'not-shown', why: 'gone' }
      case 'moved':
        if (placeOf(chat).chat === written.to) return { kind: 'not-shown', why: 'unreachable' }
        moved.set(readPlace(chat).chat, written.to)
        return showOnce({ ...showing, inPlaceOf: null })
      default:
        return written
    }
  }

  /** What goes wrong here takes nothing from what was shown. */
  async function quietly(act: () => Promise<unknown>): Promise<void> {
    try {
      await act()
    } catch (error) {
      if (!faultOf(error)) throw error
      logger.debug({ err: error }, 'Telegram did not take a small change')
    }
  }

  async function showPaced(showing: Showing, what: 'send' | 'edit'): Promise<Shown> {
    const { chat, onlyFor, screen } = showing
    if (onlyFor && chat.kind === 'group') return PRIVATE_NEEDED
    const waitMs = await pace.ask(placeOf(chat).chat, what)
    if (waitMs > 0) return { kind: 'later', retryAfterMs: waitMs }
    const shown = await showOnce(showing)
    if (shown.kind === 'shown' && chat.kind === 'private') {
      await quietly(() => pickers.keep(chat.id, shown.message, screen))
    }
    return shown
  }

  const platform: BotPlatform = {
    platform: 'telegram',
    connection: DEFAULT_CONNECTION,
    caps: {
      edits: true,
      ephemeral: false,
      get passOn() {
        return inlineMode()
      },
    },
    show: (showing) => showPaced(showing, 'send'),
    async settle(chat, message) {
      await quietly(() => api.editMessageReplyMarkup(placeOf(chat).chat, Number(message)))
      await quietly(() => pickers.drop(chat.id, message))
    },
    startUrl(payload) {
      const { username } = self.now() ?? {}
      return username === undefined ? null : `https://t.me/${username}?start=${payload}`
    },
    // A private chat goes by its user's id.
    privateChat: async ({ platform, id }) =>
      platform === 'telegram' ? { id, kind: 'private' } : null,
    writeCommand: (command) => `/${command}`,
  }
  return { platform, yielding: { ...platform, show: (showing) => showPaced(showing, 'edit') } }
}

const isThrottled = (fault: TelegramFault): boolean =>
  fault.kind === 'refused' && fault.code === 429

/** https://github.com/tdlib/telegram-bot-api/issues/693; what is in capitals comes from Telegram's servers. */
function isWithoutTopic(fault: TelegramFault): boolean {
  const words = /message thread not found|TOPIC_(?:CLOSED|DELETED)/i
  return fault.kind === 'refused' && fault.code === 400 && words.test(fault.description)
}

/** Telegram repeats the address of a button that it does not take, and that may be a secret. */
function wordsOf(fault: TelegramFault): string {
  return fault.kind === 'refused' ? fault.description.replace(/'[^']*'/g, '…') : fault.detail
}

/** A request that was wrong, rather than a chat that is gone. */
function isOurs(fault: TelegramFault): boolean {
  if (fault.kind !== 'refused' || fault.code !== 400) return false
  return !/chat not found|PEER_ID|not modified|to edit|be edited|MESSAGE_ID|rights|upgraded|deactivated|no text|no caption/i.test(
    fault.description,
  )
}
