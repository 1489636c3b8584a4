import type { ShareView } from '#engine/engine.ts'
import type { Sender } from '../../asks.ts'
import type { BotFacts, Facts } from '../../facts.ts'
import { statusScreen } from '../../screens/status/status.ts'
import type { StatusView } from '../../screens/status/view.ts'
import type { Reply } from '../../state/reply.ts'

export function statusView(facts: Facts, share: ShareView): StatusView {
  const { texts, locale, timeZone, now, bot } = facts
  return { share, texts, locale, timeZone, now, ...abilitiesOf(bot) }
}

/** What the platform can do for who was not reached. */
export function abilitiesOf(bot: BotFacts): Pick<StatusView, 'passOn' | 'invitesTo'> {
  const invites = bot.startUrl(ANY) !== null
  return { passOn: bot.caps.passOn, invitesTo: invites ? bot.platform : null }
}

const ANY = 'any'

/** How a share stands, kept up to date from here on: in place of what was pressed, or anew. */
export function statusReply(
  facts: Facts,
  sender: Sender,
  share: ShareView,
  {
    anew = false,
    announceIn = null,
  }: { readonly anew?: boolean; readonly announceIn?: string | null } = {},
): Reply {
  const { id, revision } = share
  return {
    place: {
      kind: 'status',
      share: id,
      account: sender.id,
      revision,
      locale: facts.locale,
      anew,
      announceIn,
    },
    screen: statusScreen(statusView(facts, share)),
  }
}
