import type { Api } from 'grammy'
import { LRUCache } from 'lru-cache'
import { shorten } from '#core/text.ts'
import type { MessageRef, Screen } from '#ports/bot-platform.ts'

/** Chats whose pickers are remembered. */
const MAX_CHATS = 10_000
/** Of the one key of a keyboard. */
const REQUEST = 1
const MAX_PEOPLE = 10

type Picker = NonNullable<Screen['picker']>

interface ShownPicker {
  /** The message that brought it. */
  readonly by: number
  /** The screen that it belongs to. */
  readonly owner: MessageRef
  readonly label: string
}

/**
 * Telegram's own picker of people, a key in place of the keyboard. A message has either that or buttons, so that a
 * message of its own brings it, and takes it away by being deleted. A restart forgets which: such a picker stays until
 * another one is shown.
 */
export interface Pickers {
  /** The screen that stands at `owner` now has this picker, or none. */
  keep(
    chat: string,
    owner: MessageRef,
    screen: Pick<Screen, 'picker' | 'placeholder'>,
  ): Promise<void>
  /** The screen asks for nothing any more. */
  drop(chat: string, owner: MessageRef): Promise<void>
}

export function createPickers(api: Pick<Api, 'sendMessage' | 'deleteMessage'>): Pickers {
  const shown = new LRUCache<string, ShownPicker>({ max: MAX_CHATS })

  async function drop(chat: string, owner: MessageRef): Promise<void> {
    const picker = shown.get(chat)
    if (picker?.owner !== owner) return
    shown.delete(chat)
    await api.deleteMessage(chat, picker.by)
  }

  return {
    async keep(chat, owner, { picker, placeholder }) {
      if (!picker) return drop(chat, owner)
      const before = shown.get(chat)
      if (before?.label === picker.label) {
        shown.set(chat, { ...before, owner })
        return
      }
      const { message_id: by } = await api.sendMessage(chat, `${picker.label} 👇`, {
        reply_markup: keyboardOf(picker, placeholder),
        disable_notification: true,
      })
      shown.set(chat, { by, owner, label: picker.label })
      if (before) await api.deleteMessage(chat, before.by)
    },
    drop,
  }
}

function keyboardOf({ label, max }: Picker, placeholder: string | undefined) {
  return {
    keyboard: [
      [
        {
          text: label,
          request_users: {
            request_id: REQUEST,
            user_is_bot: false,
            max_quantity: Math.min(Math.max(max, 1), MAX_PEOPLE),
            request_name: true,
            request_username: true,
          },
        },
      ],
    ],
    resize_keyboard: true,
    ...(placeholder !== undefined && { input_field_placeholder: shorten(placeholder, 64) }),
  }
}
