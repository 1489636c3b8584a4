import type { Api } from 'grammy'
import type { InlineKeyboardButton, Message } from 'grammy/types'
import { DEFAULT_LOCALE } from '#core/locale.ts'
import { stopData } from '#core/message/telegram.ts'
import { shorten } from '#core/text.ts'
import type { ConsentChoice, ConsentView, Engine } from '#engine/engine.ts'
import { type Texts, textsFor } from '#locales/texts.ts'
import { consentData, readConsentData } from './consent-data.ts'
import type { ConsentPress } from './reading/reading.ts'

const MAX_LABEL = 40

/** What who pressed is told. */
export interface ConsentAnswer {
  readonly text: string
  /** To be read and closed, rather than in passing. */
  readonly alert: boolean
}

const CHOICES = {
  stop: 'stop-all',
  only: 'stop-sender',
  undo: 'resume',
} as const satisfies Record<ConsentPress['choice'], ConsentChoice>

/** What a recipient wants from now on, by the buttons under a message; the buttons then offer what is left to choose. */
export function createConsentButtons(
  consent: Engine['consent'],
  api: Pick<Api, 'editMessageReplyMarkup'>,
) {
  return async (press: ConsentPress): Promise<ConsentAnswer> => {
    const texts = textsFor(press.locale ?? DEFAULT_LOCALE)
    const view = await consent.choose(press.token, CHOICES[press.choice])
    if (!view) return { text: texts('telegram.outOfDate'), alert: false }
    if (press.message) await offer(press.message, buttonsFor(press, view, texts))
    return { text: said(view, texts), alert: view.stopped !== 'no' }
  }

  /** What was chosen holds, whether the buttons can be changed or not. */
  async function offer(message: Message, buttons: readonly InlineKeyboardButton[]): Promise<void> {
    const rows = message.reply_markup?.inline_keyboard ?? []
    const others = rows.filter((row) => !row.some(isConsent))
    const inline_keyboard = [...others, ...buttons.map((button) => [button])]
    await api
      .editMessageReplyMarkup(message.chat.id, message.message_id, {
        reply_markup: { inline_keyboard },
      })
      .catch(() => undefined)
  }
}

function isConsent(button: InlineKeyboardButton): boolean {
  if (!('callback_data' in button)) return false
  const { callback_data: data } = button
  return data.startsWith(stopData('')) || readConsentData(data) !== null
}

function buttonsFor(
  { token }: ConsentPress,
  { stopped, senderName }: ConsentView,
  texts: Texts,
): readonly InlineKeyboardButton[] {
  const undo = { text: texts('telegram.consent.undo'), callback_data: consentData('undo', token) }
  const name = shorten(senderName, MAX_LABEL)
  switch (stopped) {
    case 'all':
      return [
        {
          text: texts('telegram.consent.only', { name }),
          callback_data: consentData('only', token),
        },
        undo,
      ]
    case 'sender':
      return [undo]
    case 'no':
      return [{ text: texts('message.stop'), callback_data: stopData(token) }]
    default:
      return stopped satisfies never
  }
}

function said({ stopped, senderName }: ConsentView, texts: Texts): string {
  const name = shorten(senderName, MAX_LABEL)
  switch (stopped) {
    case 'all':
      return texts('telegram.consent.stopped')
    case 'sender':
      return texts('telegram.consent.stoppedSender', { name })
    case 'no':
      return texts('telegram.consent.resumed')
    default:
      return stopped satisfies never
  }
}
