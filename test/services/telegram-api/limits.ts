/** The documented limits (https://core.telegram.org/bots/api), none of which is in the schemas. */
import type {
  TelegramInlineKeyboardButton,
  TelegramInlineKeyboardMarkup,
  TelegramInlineQueryResult,
  TelegramMessageEntity,
  TelegramReplyKeyboardMarkup,
} from '@gramio/types/objects'
import type { AnswerInlineQueryParams, SetMyCommandsParams } from '@gramio/types/params'
import { REFUSALS } from './refusal.ts'

const TEXT = 4_096
const CAPTION = 1_024

export function checkText(text: string, entities: readonly TelegramMessageEntity[]): void {
  if (text.trim() === '') throw REFUSALS.empty()
  if (text.length > TEXT) throw REFUSALS.tooLong()
  for (const entity of entities) checkEntity(text, entity)
}

export function checkCaption(text: string, entities: readonly TelegramMessageEntity[]): void {
  if (text.length > CAPTION) throw REFUSALS.captionTooLong()
  for (const entity of entities) checkEntity(text, entity)
}

/** Offsets are UTF-16 units, and stand between characters. */
function checkEntity(text: string, { offset, length }: TelegramMessageEntity): void {
  const ends = [offset, offset + length]
  const whole = Number.isInteger(offset) && Number.isInteger(length) && length > 0 && offset >= 0
  if (!whole || offset + length > text.length || ends.some((at) => splitsPair(text, at))) {
    throw REFUSALS.entity()
  }
}

const splitsPair = (text: string, at: number): boolean =>
  /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at))

type Markup =
  | TelegramInlineKeyboardMarkup
  | TelegramReplyKeyboardMarkup
  | { readonly remove_keyboard?: boolean; readonly force_reply?: boolean }

export function checkMarkup(markup: Markup | undefined): void {
  if (!markup) return
  if ('inline_keyboard' in markup)
    for (const button of markup.inline_keyboard.flat()) checkButton(button)
  if ('keyboard' in markup) for (const button of markup.keyboard.flat()) checkKey(button)
}

type Key = TelegramReplyKeyboardMarkup['keyboard'][number][number]

function checkKey(key: Key): void {
  if (typeof key === 'string' || !('request_users' in key) || !key.request_users) return
  const { max_quantity: max = 1 } = key.request_users
  if (max < 1 || max > 10) throw REFUSALS.usersQuantity()
}

const ACTIONS = [
  'url',
  'callback_data',
  'web_app',
  'login_url',
  'switch_inline_query',
  'switch_inline_query_current_chat',
  'switch_inline_query_chosen_chat',
  'copy_text',
]

function checkButton(button: TelegramInlineKeyboardButton): void {
  if (button.text === '') throw REFUSALS.buttonText()
  if (ACTIONS.filter((action) => action in button).length !== 1) throw REFUSALS.buttonType()
  if (button.callback_data !== undefined && !fits(button.callback_data, 1, 64)) {
    throw REFUSALS.buttonData()
  }
  if (button.url !== undefined && !isButtonUrl(button.url)) throw REFUSALS.buttonUrl(button.url)
}

const fits = (text: string, min: number, max: number): boolean => {
  const bytes = Buffer.byteLength(text)
  return bytes >= min && bytes <= max
}

/**
 * A host without a dot in it is refused (https://github.com/rubenlagus/TelegramBots/issues/302); loopback addresses are
 * here with it, since nobody but ourselves could follow them.
 */
function isButtonUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url) return false
  if (url.protocol === 'tg:') return true
  const { hostname, protocol } = url
  const local = /^127\.|^\[::1\]$|\.localhost$/.test(hostname) || !hostname.includes('.')
  return /^https?:$/.test(protocol) && !local
}

export function checkToast(text: string | undefined): void {
  if (text !== undefined && text.length > 200) throw REFUSALS.toastTooLong()
}

export function checkInlineAnswer({ results, button }: AnswerInlineQueryParams): void {
  if (results.length > 50) throw REFUSALS.results()
  for (const result of results) checkResult(result)
  if (new Set(results.map(({ id }) => id)).size !== results.length) throw REFUSALS.resultTwice()
  const parameter = button && 'start_parameter' in button ? button.start_parameter : undefined
  if (parameter !== undefined && !/^[A-Za-z0-9_-]{1,64}$/.test(parameter)) {
    throw REFUSALS.startParameter()
  }
}

function checkResult(result: TelegramInlineQueryResult): void {
  if (!fits(result.id, 1, 64)) throw REFUSALS.resultId()
  if ('reply_markup' in result) checkMarkup(result.reply_markup as TelegramInlineKeyboardMarkup)
  const content = 'input_message_content' in result ? result.input_message_content : undefined
  if (content && 'message_text' in content) {
    checkText(String(content.message_text), content.entities ?? [])
  }
}

export function checkCommands({ commands }: SetMyCommandsParams): void {
  if (commands.length > 100) throw REFUSALS.commands()
  for (const { command, description } of commands) {
    if (!/^[a-z0-9_]{1,32}$/.test(command)) throw REFUSALS.command()
    if (description.length < 1 || description.length > 256) throw REFUSALS.commandDescription()
  }
}

/** `max`: 512 of a description, 120 of a short one, 64 of a name. */
export function checkProfileText(text: string | undefined, max: number): void {
  if (text !== undefined && text.length > max) throw REFUSALS.descriptionTooLong()
}
