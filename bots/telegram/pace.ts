/** The rates of the bot, that its messages share with those which are delivered. */
export interface TelegramPace {
  /** How long to wait before a message or its change, in ms; 0: it may go. An `edit` yields to what is sent. */
  ask(chat: string, what: 'send' | 'edit'): Promise<number>
  /** Telegram refused one for so long. */
  refused(chat: string, forMs: number): Promise<void>
}
