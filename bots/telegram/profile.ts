import type { Api } from 'grammy'
import type { BotCommand, BotCommandScope, LanguageCode } from 'grammy/types'
import { DEFAULT_LOCALE, LOCALES, type Locale } from '#core/locale.ts'
import { textsFor } from '#locales/texts.ts'
import { COMMANDS, type Command } from '#ports/bot-platform.ts'

type Asked = Pick<
  Api,
  | 'getMyCommands'
  | 'setMyCommands'
  | 'getMyDescription'
  | 'setMyDescription'
  | 'getMyShortDescription'
  | 'setMyShortDescription'
>

/** Telegram opens every chat with it by itself. */
const LISTED = COMMANDS.filter((command) => command !== 'start')
const IN_GROUPS: readonly Command[] = ['share', 'help']

const SCOPES: readonly {
  readonly scope: BotCommandScope
  readonly commands: readonly Command[]
}[] = [
  { scope: { type: 'default' }, commands: LISTED },
  { scope: { type: 'all_group_chats' }, commands: IN_GROUPS },
]

/** What the bot says of itself in each language, and its commands. Only what has changed is set: Telegram allows few. */
export async function keepProfile(api: Asked): Promise<void> {
  for (const locale of LOCALES) {
    for (const { scope, commands } of SCOPES) await keepCommands(api, locale, scope, commands)
    await keepDescriptions(api, locale)
  }
}

/** In whatever language there is none of its own, the default one is shown. */
function languageOf(locale: Locale): { language_code?: LanguageCode } {
  return locale === DEFAULT_LOCALE ? {} : { language_code: locale.slice(0, 2) as LanguageCode }
}

async function keepCommands(
  api: Asked,
  locale: Locale,
  scope: BotCommandScope,
  names: readonly Command[],
): Promise<void> {
  const texts = textsFor(locale)
  const commands: readonly BotCommand[] = names.map((command) => ({
    command,
    description: texts(`telegram.command.${command}`),
  }))
  const place = { scope, ...languageOf(locale) }
  if (isSame(await api.getMyCommands(place), commands)) return
  await api.setMyCommands(commands, place)
}

const isSame = (a: readonly BotCommand[], b: readonly BotCommand[]): boolean =>
  written(a) === written(b)

const written = (commands: readonly BotCommand[]): string =>
  commands.map(({ command, description }) => `${command} ${description}`).join('\n')

async function keepDescriptions(api: Asked, locale: Locale): Promise<void> {
  const texts = textsFor(locale)
  const language = languageOf(locale)
  const description = texts('telegram.description')
  if ((await api.getMyDescription(language)).description !== description) {
    await api.setMyDescription(description, language)
  }
  const short = texts('telegram.shortDescription')
  if ((await api.getMyShortDescription(language)).short_description !== short) {
    await api.setMyShortDescription(short, language)
  }
}
