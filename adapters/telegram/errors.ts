import type { NetworkFault } from '../network/fault.ts'

/**
 * What a failed request to the Bot API came to, and who failed. Nothing in these errors holds the bot's token, or what
 * was sent: they may be logged whole.
 */
export abstract class TelegramError extends Error {
  /** `sendMessage`. */
  readonly method: string

  constructor(method: string, message: string) {
    super(message)
    this.name = new.target.name
    this.method = method
  }
}

/** What Telegram says beside a refusal. */
export interface RefusalParameters {
  /** The group goes on under this id. */
  readonly migratedTo: string | null
  /** Whole seconds, of a 429. */
  readonly retryAfterMs: number | null
}

/** Telegram answered, and refused. */
export class TelegramRefusal extends TelegramError {
  /** HTTP's, as a rule. */
  readonly code: number
  /** In Telegram's words: `Forbidden: bot was blocked by the user`. */
  readonly description: string
  readonly parameters: RefusalParameters

  constructor(method: string, code: number, description: string, parameters: RefusalParameters) {
    super(method, `Telegram refused ${method}: ${code} ${description}`)
    this.code = code
    this.description = description
    this.parameters = parameters
  }
}

/** There is no answer that can be read: the network failed, or something on the way spoke in Telegram's place. */
export class TelegramUnreached extends TelegramError {
  readonly fault: NetworkFault

  constructor(method: string, fault: NetworkFault) {
    super(method, `Telegram was not reached for ${method}: ${fault.code ?? 'no answer'}`)
    this.fault = fault
  }
}

/** The token could not be read, or is empty: nothing was sent. Ours to mend. */
export class TelegramTokenMissing extends TelegramError {
  constructor(method: string) {
    super(method, 'the bot token could not be read, or is empty')
  }
}
