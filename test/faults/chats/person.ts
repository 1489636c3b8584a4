import { setTimeout as sleep } from 'node:timers/promises'
import type { Message } from '@grammyjs/types'
import { textsFor } from '#locales/texts.ts'
import type { TelegramUser } from '#test/services/telegram-api/telegram-api.ts'

/** A share as its sender wrote it: a number to call, people, and words that are in no other share. */
export interface Written {
  readonly from: number
  readonly to: readonly number[]
  readonly words: string
}

/** Somebody who shares with others from Telegram, patiently: what is not answered is done again. */
export interface Person {
  readonly n: number
  readonly user: TelegramUser
  /** Every line that they sent, the last one first. */
  readonly written: readonly Written[]
  /** Resolves once a share of theirs is on its way, or throws when their patience ends. */
  share(to: readonly number[]): Promise<void>
  /** Looks at what came, and has that shown which waits, until the signal ends. */
  read(signal: AbortSignal): Promise<void>
}

const texts = textsFor('en')
const CREATE = texts('chat.link.create')
const SEND = texts('chat.check.send')
const SHOW = texts('chat.waiting.show')
const OF_STATUS = [texts('chat.status.undo'), texts('chat.status.add')]
const LOOK_MS = 500

/** How long people wait. The more there are, the longer a bot takes to answer each: it has 30 messages a second. */
export interface Patience {
  /** Without anything new, after which they do it again. */
  readonly againMs: number
  /** Until they give up. */
  readonly endMs: number
}

export const handleOf = (n: number): string => `person${n}`

/** `nth`: the people are numbered from 0. */
export function createPerson(user: TelegramUser, n: number, patience: Patience): Person {
  const written: Written[] = []
  const pressed = new Set<string>()

  function write(to: readonly number[]): void {
    const words = `words-${n}-${written.length}-to-${to.join('-')}-end`
    written.unshift({ from: n, to, words })
    const people = to.map((one) => `@${handleOf(one)}`).join(' ')
    user.says(`+86 10 6552 99${String(n % 90).padStart(2, '0')} ${people} -- ${words}`)
  }

  /** Each button of each message once: what was pressed in vain is written again. */
  async function press(label: string, message: Message): Promise<void> {
    pressed.add(keyOf(label, message))
    const answered = user.presses(label, { on: message }).catch(() => undefined)
    await Promise.race([answered, sleep(patience.againMs)])
  }

  const unpressed = (label: string): Message | undefined =>
    user
      .sees()
      .filter((message) => has(message, label) && !pressed.has(keyOf(label, message)))
      .at(-1)

  const isOnItsWay = (): boolean =>
    user.sees().some((message) => written.some(({ words }) => isStatusOf(message, words)))

  return {
    n,
    user,
    written,
    async share(to) {
      const end = performance.now() + patience.endMs
      let lastAt = Number.NEGATIVE_INFINITY
      while (!isOnItsWay()) {
        if (performance.now() > end) throw new Error(`${n} gave up:\n${user.transcript()}`)
        const [label, message] = next() ?? []
        if (label && message) {
          await press(label, message)
          lastAt = performance.now()
        } else if (performance.now() - lastAt > patience.againMs) {
          write(to)
          lastAt = performance.now()
        }
        await sleep(LOOK_MS)
      }
    },
    async read(signal) {
      while (!signal.aborted) {
        const waiting = unpressed(SHOW)
        if (waiting) await press(SHOW, waiting)
        await sleep(LOOK_MS)
      }
    },
  }

  function next(): readonly [string, Message] | undefined {
    for (const label of [CREATE, SEND]) {
      const message = unpressed(label)
      if (message) return [label, message]
    }
    return undefined
  }
}

const keyOf = (label: string, { message_id }: Message): string => `${message_id} ${label}`

function has(message: Message, label: string): boolean {
  return message.reply_markup?.inline_keyboard.flat().some(({ text }) => text === label) ?? false
}

/** A status shows the words, and what can be done about who gets them. */
export function isStatusOf(message: Message, words: string): boolean {
  const text = message.text ?? ''
  return text.includes(words) && OF_STATUS.some((label) => has(message, label))
}
