import type { BotPlatform, ChatRef, MessageRef, Showing } from '#ports/bot-platform.ts'
import type { Cause } from './cause.ts'
import type { Reply } from './state/reply.ts'
import type { State } from './state/state.ts'

/** Where the person is shown what is for them alone; null: they cannot be shown anything. */
export async function sideOf(
  platform: BotPlatform,
  { chat, user }: Cause,
): Promise<Pick<Showing, 'chat' | 'onlyFor'> | null> {
  if (chat.kind === 'private') return { chat, onlyFor: null }
  const { platform: name, connection, id } = user
  if (platform.caps.ephemeral) return { chat, onlyFor: { platform: name, connection, id } }
  const own = await platform.privateChat(user)
  return own && { chat: own, onlyFor: null }
}

/** The message whose place a reply takes; null: it is a new one. `before`: the state that the event found. */
export function replaced(
  { place }: Reply,
  chat: ChatRef,
  event: Cause,
  before: Pick<State, 'card'>,
): MessageRef | null {
  const { intent } = event
  const here = event.chat.id === chat.id
  switch (place.kind) {
    case 'status':
      return intent.kind === 'pressed' && here && !place.anew ? intent.message : null
    case 'instead':
      return intent.kind === 'pressed' && here ? intent.message : null
    case 'card':
      return staysBelow(event, before, chat) ? (before.card?.message ?? null) : null
    case 'message':
    case 'group':
      return null
    default:
      return place satisfies never
  }
}

/** Nothing was written below the card, so that it is changed where it stands. */
function staysBelow({ intent }: Cause, { card }: Pick<State, 'card'>, chat: ChatRef): boolean {
  if (card?.chat.id !== chat.id) return false
  if (intent.kind === 'pressed') return intent.message === card.message
  return intent.kind === 'edited'
}
