import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '#core/account.ts'
import { isRefused, PassalongError } from '#core/errors.ts'
import { platformUserKey } from '#core/identity.ts'
import { DEFAULT_LOCALE, type Locale } from '#core/locale.ts'
import { shorten } from '#core/text.ts'
import type { Engine } from '#engine/engine.ts'
import { sayError, textsFor } from '#locales/texts.ts'
import type { Logger } from '#ports/logger.ts'
import type { TelegramClient } from '../client.ts'
import type { InlineChoice, InlineQuestion } from '../reading/reading.ts'
import { createOffers } from './offers.ts'
import { readPassOnQuery } from './pass-on-query.ts'
import { type Card, type Passed, readResultId, resultOf } from './results.ts'

/** Whoever writes on within this is answered what they ask last. */
const REST_MS = 250
/** Telegram asks again for the same after so long, in seconds. */
const CACHE_SECONDS = 1
const MAX_BUTTON = 64

/** What is written behind the bot's name in any chat. */
export interface InlineMode {
  /** Answers, and never rejects: whoever got no answer writes on. */
  ask(question: InlineQuestion): Promise<void>
  /** A card was sent on; null: it is none of ours. Rejects where that could not be stored. */
  take(choice: InlineChoice): Promise<Passed | null>
}

export interface InlineDeps {
  readonly engine: Pick<Engine, 'linking' | 'reaching' | 'sharing'>
  readonly client: TelegramClient
  readonly logger: Logger
}

/** Above the cards, or in their place: a way to the bot's own chat. */
interface Way {
  readonly text: string
  readonly start: 'link' | 'share'
}

interface Answer {
  readonly cards: readonly Card[]
  readonly way: Way | null
}

const NOTHING: Answer = { cards: [], way: null }

export function createInlineMode({ engine, client, logger }: InlineDeps): InlineMode {
  const { linking, reaching } = engine
  const offers = createOffers(engine)
  const latest = new Map<string, string>()

  async function answerTo({ user, text, locale }: InlineQuestion): Promise<Answer> {
    const account = await linking.accountOf(user)
    const spoken = account?.locale ?? locale ?? DEFAULT_LOCALE
    const texts = textsFor(spoken)
    if (!account) return { cards: [], way: { text: texts('telegram.inline.link'), start: 'link' } }
    try {
      return await cardsFor({ ...account, locale: spoken }, { user, text, locale: spoken })
    } catch (error) {
      if (!(error instanceof PassalongError)) throw error
      return { cards: [], way: { text: sayError(error, texts), start: 'share' } }
    }
  }

  async function cardsFor(
    sender: Account,
    { user, text, locale }: Pick<InlineQuestion, 'user' | 'text'> & { locale: Locale },
  ): Promise<Answer> {
    const texts = textsFor(locale)
    const about = texts('telegram.inline.about')
    const delivery = readPassOnQuery(text)
    if (delivery !== null) {
      const message = await reaching.handOver(sender, delivery)
      const passed = { kind: 'delivery', delivery } as Passed
      const title = texts('telegram.inline.passOn')
      return { cards: [{ passed, title, about: message.text, ...message }], way: null }
    }
    const offer = await offers.for(sender, user, text, locale)
    if (!offer) return NOTHING
    const passed: Passed = { kind: 'offer', token: offer.token }
    const title = offer.target.title || offer.target.url
    return { cards: [{ passed, title, about, text: offer.text, link: offer.link }], way: null }
  }

  async function answer(question: InlineQuestion): Promise<void> {
    const { cards, way } = await answerTo(question)
    await client.api.answerInlineQuery(question.query, cards.map(resultOf), {
      is_personal: true,
      cache_time: CACHE_SECONDS,
      ...(way && { button: { text: shorten(way.text, MAX_BUTTON), start_parameter: way.start } }),
    })
  }

  async function note(sender: Account, passed: Passed): Promise<void> {
    if (passed.kind === 'delivery') return reaching.handedOver(sender, passed.delivery)
    offers.forget(passed.token)
    await reaching.takeOffer(sender, passed.token)
  }

  return {
    async ask(question) {
      const key = platformUserKey(question.user)
      latest.set(key, question.query)
      await sleep(REST_MS)
      if (latest.get(key) !== question.query) return
      latest.delete(key)
      await answer(question).catch((error: unknown) =>
        logger.warn({ err: error }, 'what somebody asked behind the bot’s name was not answered'),
      )
    },
    async take({ user, result }) {
      const passed = readResultId(result)
      const account = passed && (await linking.accountOf(user))
      if (!passed || !account) return null
      try {
        await note(account, passed)
        return passed
      } catch (error) {
        if (isRefused(error)) return null
        throw error
      }
    },
  }
}
