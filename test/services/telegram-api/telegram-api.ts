/**
 * The Bot API over HTTP, as far as a bot of ours asks it, with the people at its other end in a test's hands. What it
 * sends and what it is asked is held against schemas that others wrote (schemas.ts) and the documented limits
 * (limits.ts); `close` throws where either side was wrong.
 */
import type { Chat, Message, Update, User } from '@grammyjs/types'
import { createMethods } from './bot-methods.ts'
import { type ApiRequest, startBotServer } from './bot-server.ts'
import { type Aim, type Fault, Faults } from './faults.ts'
import { createLookout, type Lookout } from './lookout.ts'
import { Profile } from './profile.ts'
import { Queries } from './queries.ts'
import { loadSchemas, UNCHECKED } from './schemas.ts'
import { type UpdateKind, UpdateQueue } from './update-queue.ts'
import { type Platform, type TelegramGroup, TelegramUser } from './user.ts'
import { Webhook } from './webhook.ts'
import { type Gathering, type Kept, type Standing, World } from './world.ts'

export { REFUSALS } from './refusal.ts'
export type { TelegramGroup, TelegramUser } from './user.ts'

export const TOKEN = '4711:AAsecret-of-the-bot_0123456789abcdef'

export interface TelegramApi extends Pick<Lookout, 'waitFor'> {
  /** TELEGRAM_API_ROOT. */
  readonly url: string
  /** That is let in. */
  token: string
  readonly bot: User
  readonly profile: Profile
  readonly queue: UpdateQueue
  readonly webhook: Webhook
  readonly queries: Queries
  readonly faults: Faults
  /** All that were let in, in order. */
  readonly requests: readonly ApiRequest[]
  /** Unknown to the bot until they start it, unless they have. */
  user(is: Partial<User> & { readonly first_name: string }, standing?: Standing): TelegramUser
  /** With the bot in it. */
  group(title: string): TelegramGroup & {
    /** The bot finds it under another id from now on. */
    upgrades(): TelegramGroup
  }
  fault(fault: Fault, aim?: Aim): void
  /** The bot's messages that stand anywhere, the oldest first. */
  sent(): readonly Kept[]
  /** Any update; null: the bot does not want such. */
  push<K extends UpdateKind>(kind: K, body: NonNullable<Update[K]>): Update | null
  /** Once the bot has taken everything that there is. */
  idle(): Promise<void>
  /** The message can be changed or deleted no longer. */
  freeze(message: Message): void
  /** What either side did wrong; forgotten by being told. */
  takeViolations(): string[]
  openConnections(): number
  /** @throws where there were violations */
  close(): Promise<void>
}

/** `port`: where it was before. `isChecked` false: schemas are left out, for measuring alone. */
export async function startTelegramApi({
  username = 'passalong_bot',
  port = 0,
  isChecked = true,
}: {
  username?: string
  port?: number
  isChecked?: boolean
} = {}): Promise<TelegramApi> {
  const schemas = isChecked ? await loadSchemas() : UNCHECKED
  const bot: User = { id: 4711, is_bot: true, first_name: 'Passalong', username }
  const world = new World(bot)
  const queue = new UpdateQueue()
  const parts = {
    world,
    queue,
    webhook: new Webhook(queue),
    profile: new Profile(),
    queries: new Queries(),
  }
  const faults = new Faults()
  const requests: ApiRequest[] = []
  const violations: string[] = []
  const lookout = createLookout()
  let token = TOKEN
  queue.onChange(lookout.look)

  const note = (violation: string | null): void => void (violation && violations.push(violation))
  const server = await startBotServer(port, {
    methods: createMethods(parts),
    schemas,
    faults,
    token: () => token,
    onRequest: (request) => requests.push(request),
    note,
    onHandled: lookout.look,
  })

  function push<K extends UpdateKind>(kind: K, body: NonNullable<Update[K]>): Update | null {
    note(schemas.faultOfSent('Update', { update_id: 1, [kind]: body }))
    return queue.push(kind, body)
  }

  const { waitFor } = lookout
  const platform: Platform = { world, queries: parts.queries, push, waitFor }
  const takeViolations = (): string[] => violations.splice(0)

  return {
    ...parts,
    faults,
    requests,
    bot,
    url: server.url,
    get token() {
      return token
    },
    set token(next) {
      token = next
    },
    user(is, standing = 'stranger') {
      const user: User = { id: world.newId(), is_bot: false, ...is }
      const somebody = { user, standing }
      world.people.set(user.id, somebody)
      return new TelegramUser(platform, somebody)
    },
    group: (title) => openGroup(world, title),
    fault: (fault, aim) => faults.add(fault, aim),
    sent: () => world.all.filter(({ message }) => message.from?.id === bot.id),
    push,
    idle: async () => {
      await waitFor(
        () => queue.pending.length === 0,
        () => `the bot has not taken ${JSON.stringify(queue.pending)}`,
      )
    },
    waitFor,
    freeze({ chat, message_id }) {
      const kept = world.kept(chat.id, message_id)
      if (kept) Object.assign(kept, { editable: false, deletable: false })
    },
    takeViolations,
    openConnections: server.openConnections,
    async close() {
      parts.webhook.close()
      await server.close()
      const found = takeViolations()
      if (found.length > 0) throw new Error(`violations of the Bot API:\n${found.join('\n')}`)
    },
  }
}

function openGroup(world: World, title: string): ReturnType<TelegramApi['group']> {
  const add = (chat: Gathering['chat']): TelegramGroup => {
    const gathering: Gathering = { chat, bot: 'member', migratedTo: null }
    world.groups.set(chat.id, gathering)
    return { id: chat.id, gathering }
  }
  const group = add({ id: -world.newId(), type: 'group', title })
  return {
    ...group,
    upgrades() {
      const id = -1_000_000_000_000 + group.id
      const chat: Chat.SupergroupChat = { id, type: 'supergroup', title }
      group.gathering.migratedTo = id
      return add(chat)
    },
  }
}
