/** A request that is refused, in Telegram's own words. */
export class Refusal extends Error {
  readonly code: number
  readonly parameters: RefusalParameters
  /** A bot that minds the documented limits never hears it. */
  readonly avoidable: boolean

  constructor(code: number, words: string, more: RefusalParameters & { avoidable?: true } = {}) {
    super(words)
    const { avoidable = false, ...parameters } = more
    this.code = code
    this.parameters = parameters
    this.avoidable = avoidable
  }
}

export interface RefusalParameters {
  readonly migrate_to_chat_id?: number
  readonly retry_after?: number
}

const forbidden = (words: string) => () => new Refusal(403, `Forbidden: ${words}`)
const bad = (words: string) => () => new Refusal(400, `Bad Request: ${words}`)
const avoidable = (words: string) => () =>
  new Refusal(400, `Bad Request: ${words}`, { avoidable: true })

/**
 * `Client.cpp` is https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp, by the function
 * named; what is written in capitals there comes from Telegram's servers and is handed on as it is.
 */
export const REFUSALS = {
  // HttpConnection / ClientManager.cpp, send: a token that was revoked
  unauthorized: () => new Refusal(401, 'Unauthorized'),
  // Client.cpp, on_cmd: no such method
  notFound: () => new Refusal(404, 'Not Found', { avoidable: true }),
  // Query.cpp, set_retry_after_error
  tooManyRequests: (seconds: number) =>
    new Refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds }),
  // Client.cpp, fail_query_with_error, case 500
  internal: () => new Refusal(500, 'Internal Server Error'),

  // Client.cpp, process_get_updates_query
  webhookIsActive: () =>
    new Refusal(
      409,
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    ),
  // Client.cpp, abort_long_poll
  otherPoller: () =>
    new Refusal(
      409,
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    ),
  endedByWebhook: () => new Refusal(409, 'Conflict: terminated by setWebhook request'),
  // Client.cpp, do_set_webhook
  webhookUrl: avoidable('invalid webhook URL specified'),
  // Client.cpp, get_webhook_secret_token
  webhookSecret: avoidable('secret token contains unallowed characters'),

  // Client.cpp, fail_query_with_error: USER_IS_BLOCKED
  blocked: forbidden('bot was blocked by the user'),
  // Client.cpp, check_chat_access
  deactivated: forbidden('user is deactivated'),
  kicked: forbidden('bot was kicked from the group chat'),
  notMember: forbidden('bot is not a member of the group chat'),
  groupDeactivated: bad('group chat was deactivated'),
  migrated: (to: number) =>
    new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: to,
    }),
  // Client.cpp, fail_query_with_error, of USER_PRIVACY and "Have no write access": https://github.com/tdlib/telegram-bot-api/issues/142
  neverStarted: forbidden("bot can't initiate conversation with a user"),
  toBot: forbidden("bot can't send messages to bots"),
  noRights: bad('not enough rights to send text messages to the chat'),
  // Client.cpp, check_chat
  noChat: bad('chat not found'),
  peer: bad('PEER_ID_INVALID'),
  // Client.cpp, TdOnCheckMessageCallback
  noReplied: bad('message to be replied not found'),
  noEdited: bad('message to edit not found'),
  noDeleted: bad('message to delete not found'),
  // Client.cpp, fail_query_with_error: MESSAGE_DELETE_FORBIDDEN, MESSAGE_NOT_MODIFIED, QUERY_ID_INVALID
  undeletable: bad("message can't be deleted"),
  notModified: bad(
    'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
  ),
  oldQuery: bad('query is too old and response timeout expired or query ID is invalid'),
  // td/telegram/MessagesManager.cpp, edit_message_text, edit_message_caption
  uneditable: bad("message can't be edited"),
  noText: bad('there is no text in the message to edit'),
  noCaption: bad('there is no caption in the message to edit'),

  // Client.cpp, get_input_message_text
  empty: avoidable('message text is empty'),
  // td/telegram/MessageEntity.cpp, fix_formatted_text; MessagesManager.cpp
  tooLong: avoidable('message is too long'),
  captionTooLong: avoidable('message caption is too long'),
  entity: avoidable(
    "can't parse entities: entity begins or ends in the middle of a UTF-16 symbol, or beyond the text",
  ),
  // td/telegram/ReplyMarkup.cpp, get_inline_keyboard_button
  buttonUrl: (url: string) =>
    avoidable(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`)(),
  buttonText: avoidable('text buttons are unallowed in the inline keyboard'),
  // From the servers
  buttonData: avoidable('BUTTON_DATA_INVALID'),
  buttonType: avoidable('BUTTON_TYPE_INVALID'),
  usersQuantity: avoidable('the maximum number of shared users must be from 1 to 10'),
  toastTooLong: avoidable('MESSAGE_TOO_LONG'),
  results: avoidable('RESULTS_TOO_MUCH'),
  resultId: avoidable('RESULT_ID_INVALID'),
  resultTwice: avoidable('RESULT_ID_DUPLICATE'),
  startParameter: avoidable('START_PARAM_INVALID'),
  commands: avoidable('BOT_COMMANDS_TOO_MUCH'),
  command: avoidable('BOT_COMMAND_INVALID'),
  commandDescription: avoidable('BOT_COMMAND_DESCRIPTION_INVALID'),
  descriptionTooLong: avoidable('BOT_DESCRIPTION_TOO_LONG'),
  photo: avoidable('there is no photo in the request'),
} as const
