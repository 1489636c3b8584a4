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
 * named. What is written in capitals comes from Telegram's servers, and is handed on as it is
 * (`fail_query_with_error`); links lead to where somebody was told it. The last ones are in our own words: no bot of ours
 * may come to hear them.
 */
export const REFUSALS = {
  // Of a token that was revoked; fail_query_with_error, case 401
  unauthorized: () => new Refusal(401, 'Unauthorized'),
  notFound: () => new Refusal(404, 'Not Found', { avoidable: true }),
  // get_retry_after_time
  tooManyRequests: (seconds: number) =>
    new Refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds }),
  // fail_query_with_error, case 500
  internal: () => new Refusal(500, 'Internal Server Error'),

  // process_get_updates_query
  webhookIsActive: () =>
    new Refusal(
      409,
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    ),
  // abort_long_poll
  otherPoller: () =>
    new Refusal(
      409,
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    ),
  endedByWebhook: () => new Refusal(409, 'Conflict: terminated by setWebhook request'),
  // do_set_webhook
  webhookUrl: avoidable('invalid webhook URL specified'),

  // fail_query_with_error: USER_IS_BLOCKED
  blocked: forbidden('bot was blocked by the user'),
  // check_chat_access
  deactivated: forbidden('user is deactivated'),
  kicked: forbidden('bot was kicked from the group chat'),
  notMember: forbidden('bot is not a member of the group chat'),
  groupDeactivated: bad('group chat was deactivated'),
  migrated: (to: number) =>
    new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: to,
    }),
  // https://github.com/tdlib/telegram-bot-api/issues/693
  threadNotFound: bad('message thread not found'),
  // https://github.com/yagop/node-telegram-bot-api/issues/1030
  neverStarted: forbidden("bot can't initiate conversation with a user"),
  // https://github.com/boredazfcuk/docker-icloudpd/issues/234
  toBot: forbidden("bot can't send messages to bots"),
  // What follows as other bots' code matches it, here and below
  noRights: bad('not enough rights to send text messages to the chat'),
  noChat: bad('chat not found'),
  peer: bad('PEER_ID_INVALID'),
  noReplied: bad('message to be replied not found'),
  noEdited: bad('message to edit not found'),
  noDeleted: bad('message to delete not found'),
  // fail_query_with_error: MESSAGE_DELETE_FORBIDDEN, MESSAGE_NOT_MODIFIED, QUERY_ID_INVALID
  undeletable: bad("message can't be deleted"),
  notModified: bad(
    'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
  ),
  oldQuery: bad('query is too old and response timeout expired or query ID is invalid'),
  uneditable: bad("message can't be edited"),
  noText: bad('there is no text in the message to edit'),
  noCaption: bad('there is no caption in the message to edit'),

  empty: avoidable('message text is empty'),
  tooLong: avoidable('message is too long'),
  captionTooLong: avoidable('message caption is too long'),
  // https://github.com/BEDOLAGA-DEV/remnawave-bedolaga-telegram-bot/issues/1701 has it of another scheme
  buttonUrl: (url: string) =>
    avoidable(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`)(),
  // https://github.com/jehy/telegram-test-api/issues/62
  buttonData: avoidable('BUTTON_DATA_INVALID'),
  buttonType: avoidable('BUTTON_TYPE_INVALID'),
  // https://core.telegram.org/method/messages.setBotCallbackAnswer
  toastTooLong: avoidable('MESSAGE_TOO_LONG'),
  // https://github.com/tucnak/telebot/issues/373
  results: avoidable('RESULTS_TOO_MUCH'),
  // https://github.com/telegraf/telegraf/issues/869
  resultId: avoidable('RESULT_ID_INVALID'),
  // https://github.com/python-telegram-bot/python-telegram-bot/issues/860
  resultTwice: avoidable('RESULT_ID_DUPLICATE'),

  webhookSecret: avoidable('the secret token may hold A-Z, a-z, 0-9, _ and - alone'),
  entity: avoidable('an entity ends within a UTF-16 pair, or beyond the text'),
  buttonText: avoidable('a button without a label'),
  usersQuantity: avoidable('from 1 to 10 people can be picked at once'),
  startParameter: avoidable('a start parameter has 1 to 64 of A-Z, a-z, 0-9, _ and -'),
  commands: avoidable('there are too many commands'),
  command: avoidable('a command has 1 to 32 of a-z, 0-9 and _'),
  commandDescription: avoidable('a description of a command has 1 to 256 characters'),
  descriptionTooLong: avoidable('what a bot says of itself is too long'),
  photo: avoidable('there is no photo in the request'),
} as const
