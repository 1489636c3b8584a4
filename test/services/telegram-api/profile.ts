/** What a bot says of itself: kept by scope and language, as the Bot API keeps it. */

import type {
  GetMyCommandsParams,
  GetMyDescriptionParams,
  SetMyCommandsParams,
  SetMyDescriptionParams,
  SetMyNameParams,
  SetMyShortDescriptionParams,
} from '@gramio/types/params'
import type { BotCommand } from '@grammyjs/types'
import { checkCommands, checkProfileText } from './limits.ts'

interface Scoped {
  readonly scope?: object
  readonly language_code?: string
}

const keyOf = ({ scope = { type: 'default' }, language_code = '' }: Scoped): string =>
  `${JSON.stringify(scope)} ${language_code}`

export class Profile {
  readonly commands = new Map<string, readonly BotCommand[]>()
  readonly #texts = new Map<string, string>()
  /** How often anything was set. */
  changes = 0

  getCommands(params: GetMyCommandsParams): readonly BotCommand[] {
    return this.commands.get(keyOf(params)) ?? []
  }

  setCommands(params: SetMyCommandsParams): true {
    checkCommands(params)
    this.changes++
    this.commands.set(keyOf(params), params.commands as readonly BotCommand[])
    return true
  }

  deleteCommands(params: GetMyCommandsParams): true {
    this.changes++
    this.commands.delete(keyOf(params))
    return true
  }

  getText(
    kind: 'description' | 'short' | 'name',
    { language_code = '' }: GetMyDescriptionParams,
  ): string {
    return this.#texts.get(`${kind} ${language_code}`) ?? this.#texts.get(`${kind} `) ?? ''
  }

  setDescription({ description, language_code }: SetMyDescriptionParams): true {
    return this.#setText('description', language_code, description, 512)
  }

  setShortDescription({ short_description, language_code }: SetMyShortDescriptionParams): true {
    return this.#setText('short', language_code, short_description, 120)
  }

  setName({ name, language_code }: SetMyNameParams): true {
    return this.#setText('name', language_code, name, 64)
  }

  #setText(kind: string, language = '', text = '', max: number): true {
    checkProfileText(text, max)
    this.changes++
    if (text === '') this.#texts.delete(`${kind} ${language}`)
    else this.#texts.set(`${kind} ${language}`, text)
    return true
  }
}
