import type { APIMethodParams } from '@gramio/types'
import { checkInlineAnswer, checkToast } from './limits.ts'
import type { ApiMethod } from './methods.ts'
import type { Profile } from './profile.ts'
import type { Queries } from './queries.ts'
import { REFUSALS } from './refusal.ts'
import type { UpdateQueue } from './update-queue.ts'
import type { Webhook } from './webhook.ts'
import type { World } from './world.ts'
import {
  deleteMessage,
  editCaption,
  editMarkup,
  editText,
  sendMessage,
  sendPhoto,
} from './writing.ts'

export interface Parts {
  readonly world: World
  readonly queue: UpdateQueue
  readonly webhook: Webhook
  readonly profile: Profile
  readonly queries: Queries
}

/** `closed`: the bot has hung up. */
export type BotMethods = {
  readonly [M in ApiMethod]: (
    params: NonNullable<APIMethodParams<M>>,
    closed: AbortSignal,
  ) => unknown
}

/** What each method does. */
export function createMethods(parts: Parts): BotMethods {
  const { world } = parts
  return {
    ...receiving(parts),
    ...profiling(parts),
    ...answering(parts),
    sendMessage: (params) => sendMessage(world, params),
    sendPhoto: (params) => sendPhoto(world, params),
    editMessageText: (params) => editText(world, params),
    editMessageCaption: (params) => editCaption(world, params),
    editMessageReplyMarkup: (params) => editMarkup(world, params),
    deleteMessage: (params) => deleteMessage(world, params),
    getChat: ({ chat_id }) => ({
      ...world.chatToWriteTo(chat_id),
      accent_color_id: 0,
      max_reaction_count: 11,
    }),
    getChatMember: ({ user_id }) => ({
      status: 'member',
      user: world.people.get(user_id)?.user ?? world.bot,
    }),
  }
}

type Some<M extends ApiMethod> = Pick<BotMethods, M>

function receiving({
  world,
  queue,
  webhook,
}: Parts): Some<'getMe' | 'getUpdates' | 'setWebhook' | 'deleteWebhook' | 'getWebhookInfo'> {
  return {
    getMe: () => ({
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_inline_queries: true,
      ...world.bot,
    }),
    getUpdates(params, closed) {
      if (webhook.active) throw REFUSALS.webhookIsActive()
      queue.allow(params.allowed_updates)
      return queue.get(params, closed)
    },
    setWebhook(params) {
      if (params.url === '') webhook.remove(params.drop_pending_updates ?? false)
      else webhook.set(params)
      return true
    },
    deleteWebhook(params) {
      webhook.remove(params.drop_pending_updates ?? false)
      return true
    },
    getWebhookInfo: () => webhook.info(),
  }
}

function profiling({ world, profile }: Parts) {
  return {
    getMyCommands: (params) => profile.getCommands(params),
    setMyCommands: (params) => profile.setCommands(params),
    deleteMyCommands: (params) => profile.deleteCommands(params),
    getMyDescription: (params) => ({ description: profile.getText('description', params) }),
    setMyDescription: (params) => profile.setDescription(params),
    getMyShortDescription: (params) => ({ short_description: profile.getText('short', params) }),
    setMyShortDescription: (params) => profile.setShortDescription(params),
    getMyName: (params) => ({ name: profile.getText('name', params) || world.bot.first_name }),
    setMyName: (params) => profile.setName(params),
    setChatMenuButton: () => true,
  } satisfies Partial<BotMethods>
}

function answering({ queries }: Parts): Some<'answerCallbackQuery' | 'answerInlineQuery'> {
  return {
    answerCallbackQuery(params) {
      checkToast(params.text)
      return queries.callbacks.answer(params.callback_query_id, params)
    },
    answerInlineQuery(params) {
      checkInlineAnswer(params)
      return queries.inlines.answer(params.inline_query_id, params)
    },
  }
}
