import type { MessageOrigin } from '@grammyjs/types'
import { type Conversation, createConversation } from '#conversation/conversation.ts'
import type { PlatformUser } from '#core/identity.ts'
import type { PickedPerson, Shown } from '#ports/bot-platform.ts'
import { openTelegramClient } from '#src/compose/telegram-client.ts'
import type { ChatStage, Doing, SeenMessage, StageMaker } from '#test/fixtures/chat/stage.ts'
import type { ChatWorld } from '#test/fixtures/chat/world.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { userOf } from '../../../bots/telegram/reading/person.ts'
import { createTelegramBot } from '../../../bots/telegram/telegram-bot.ts'
import {
  startTelegramApi,
  type TelegramApi,
  type TelegramGroup,
  type TelegramUser,
  TOKEN,
} from '../../services/telegram-api/telegram-api.ts'

type SaidThere = ReturnType<TelegramUser['says']>

/** Dialogues through the bot on grammY, with a Bot API on the other side whose users do what is written. */
export const telegramStage: StageMaker = {
  has: [
    ...(['groups', 'forwards', 'edits', 'picker', 'start links', 'passing on'] as const),
    ...(['mentions', 'several people'] as const),
  ],
  open: openStage,
}

async function openStage(
  world: ChatWorld,
  { defaultRegion }: { readonly defaultRegion?: string },
): Promise<ChatStage> {
  const telegram = await startTelegramApi()
  const people = new Map<string, TelegramUser>()
  const groups = new Map<string, TelegramGroup>()
  const said = new Map<TelegramUser, SaidThere>()
  const gate = createGate()
  const start = () => startBot(telegram, world, { defaultRegion, gate })
  let running = await start()

  function person(name: string): TelegramUser {
    const known = people.get(name)
    if (known) return known
    const user = telegram.user({ first_name: name, username: name.toLowerCase() }, 'started')
    people.set(name, user)
    return user
  }

  function group(name: string): TelegramGroup {
    const known = groups.get(name) ?? telegram.group(name)
    groups.set(name, known)
    return known
  }

  async function restart(): Promise<void> {
    await running.end()
    running = await start()
  }

  async function act(doing: Doing): Promise<{ toast: string | null }> {
    const user = person(doing.who.name)
    gate.close()
    user.renames({ language_code: doing.locale === 'zh-CN' ? 'zh-hans' : 'en' })
    const toast = await perform(user, doing)
    await telegram.idle()
    return { toast }
  }

  async function perform(user: TelegramUser, doing: Doing): Promise<string | null> {
    const { act: done, group: name, answers } = doing
    const at = name === null ? null : group(name)
    const where = {
      ...(at && { in: at }),
      ...(at && answers !== null && { replyTo: othersMessage(at, answers) }),
    }
    switch (done.kind) {
      case 'says': {
        const now = user.says(done.text, where)
        if (/https?:/.test(done.text)) said.set(user, now)
        return null
      }
      case 'commands':
        user.says(`/${done.command} ${done.text}`.trim(), where)
        return null
      case 'miscommands':
        user.says(`/${done.name}`, where)
        return null
      case 'presses':
        return press(user, done, { telegram, chat: at ?? person(done.of ?? doing.who.name) })
      case 'forwards':
        user.says(done.text, { ...where, forwardedFrom: originOf(done) })
        return null
      case 'edits': {
        const before = said.get(user)
        if (before) said.set(user, user.edits(before, done.text))
        return null
      }
      case 'picks':
        for (const one of picksOf(done.people)) user.sends(one)
        return null
      case 'starts':
        user.starts(done.payload ?? '')
        return null
      case 'repeats':
        // Only to a process that has not had it before.
        await restart()
        telegram.queue.again()
        return null
      default:
        return done satisfies never
    }
  }

  function othersMessage(at: TelegramGroup, text: string) {
    return telegram.user({ first_name: 'Somebody' }).says(text, { in: at }).message
  }

  return {
    platform: 'telegram',
    user: (name): PlatformUser => userOf(person(name).user),
    act,
    messages() {
      gate.openSoon()
      return messagesSeen(telegram, people, groups)
    },
    restart,
    async close() {
      await running.end()
      await telegram.close()
    },
  }
}

/** Whether status messages may be changed: not while somebody does something, so that one thing is seen at a time. */
interface Gate {
  readonly isOpen: boolean
  close(): void
  /** Unless the next one does something at once. */
  openSoon(): void
}

function createGate(): Gate {
  let isOpen = false
  let opening: NodeJS.Immediate | undefined
  const close = (): void => {
    clearImmediate(opening)
    isOpen = false
  }
  return {
    get isOpen() {
      return isOpen
    },
    close,
    openSoon() {
      clearImmediate(opening)
      opening = setImmediate(() => {
        isOpen = true
      })
    },
  }
}

function gated(conversation: Conversation, gate: Gate): Conversation {
  const later: Shown = { kind: 'later', retryAfterMs: 5 }
  return {
    ...conversation,
    follow: (platform, signal) =>
      conversation.follow(
        { ...platform, show: async (showing) => (gate.isOpen ? platform.show(showing) : later) },
        signal,
      ),
  }
}

async function startBot(
  telegram: TelegramApi,
  world: ChatWorld,
  { defaultRegion, gate }: { readonly defaultRegion: string | undefined; readonly gate: Gate },
) {
  const { engine, store, clock } = world
  const client = await openTelegramClient({ token: () => TOKEN, apiRoot: telegram.url })
  const settings = {
    baseUrl: 'https://passalong.example.org',
    undoMs: 10_000,
    statusRestMs: 10,
    defaultRegion,
  }
  const deps = { engine, clock, logger: quiet }
  const conversation = gated(
    createConversation({ ...deps, conversations: store.conversations, settings }),
    gate,
  )
  const pace = { ask: async () => 0, refused: async () => {} }
  const bot = createTelegramBot(
    { webhook: null, firstWaitMs: 20 },
    { ...deps, client, conversation, pace },
  )
  const ending = new AbortController()
  const { signal } = ending
  const polling = bot.poll({ signal, holds: () => !signal.aborted })
  return {
    async end() {
      ending.abort()
      await polling
      bot.stop()
      await client.close()
    },
  }
}

/** A button whose label starts so, on the newest message of the chat. */
async function press(
  user: TelegramUser,
  { label, old }: Extract<Doing['act'], { kind: 'presses' }>,
  { telegram, chat }: { readonly telegram: TelegramApi; readonly chat: { readonly id: number } },
): Promise<string | null> {
  const here = telegram.sent().filter(({ message }) => message.chat.id === chat.id)
  for (const { message, before } of here.toReversed()) {
    const shown = old ? before.toReversed() : [message]
    const button = shown
      .flatMap(({ reply_markup: markup }) => markup?.inline_keyboard.flat() ?? [])
      .find(({ text }) => text.startsWith(label))
    if (!button) continue
    if ('callback_data' in button) {
      const { text = null } = await user.pressesData(button.callback_data, message)
      return text
    }
    const query = user.passesOn(button.text)
    user.chooses(await user.asks(query), query)
    return null
  }
  throw new Error(`there is no button “${label}”`)
}

function originOf({
  from,
  post,
}: {
  readonly from: string
  readonly post: string | null
}): MessageOrigin {
  const date = 1
  const [, username, id] = /([^/]+)\/(\d+)$/.exec(post ?? '') ?? []
  if (!username) return { type: 'hidden_user', date, sender_user_name: from }
  const chat = { id: -1_009, type: 'channel' as const, title: from, username }
  return { type: 'channel', date, chat, message_id: Number(id) }
}

/** People of Telegram by its picker, numbers as contacts. */
function picksOf(people: readonly PickedPerson[]): Parameters<TelegramUser['sends']>[0][] {
  const ofTelegram = people.filter(({ recipient }) => recipient.startsWith('telegram:'))
  const users = ofTelegram.map(({ recipient, name }) => ({
    user_id: Number(recipient.split(':')[1]),
    ...(name !== null && { first_name: name }),
  }))
  const contacts = people
    .filter((one) => !ofTelegram.includes(one))
    .map(({ recipient, name }) => ({
      contact: { phone_number: recipient, first_name: name ?? '' },
    }))
  return [...(users.length > 0 ? [{ users_shared: { request_id: 1, users } }] : []), ...contacts]
}

function messagesSeen(
  telegram: TelegramApi,
  people: ReadonlyMap<string, TelegramUser>,
  groups: ReadonlyMap<string, TelegramGroup>,
): SeenMessage[] {
  const named = [...people, ...groups].map(([name, { id }]) => [id, name] as const)
  const names = new Map(named)
  return telegram.sent().flatMap(({ message, edits, keys }) => {
    // The picker is a part of the screen beside it.
    if (keys) return []
    const { text, caption, reply_markup: markup } = message
    return [
      {
        id: String(message.message_id),
        chat: names.get(message.chat.id) ?? '',
        onlyFor: null,
        text: asAnywhere(text ?? caption ?? ''),
        buttons: markup?.inline_keyboard.map((row) => row.map((button) => button.text)) ?? [],
        urls:
          markup?.inline_keyboard
            .flat()
            .flatMap((button) => ('url' in button ? [button.url] : [])) ?? [],
        edits,
      },
    ]
  })
}

/** Where it names Telegram's own places. */
function asAnywhere(text: string): string {
  return text
    .replaceAll('https://t.me/passalong_bot?start=', 'https://chat.example/bot?start=')
    .replaceAll('t.me/', 'chat.example.org/')
}
