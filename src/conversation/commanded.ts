import type { Command, Content } from '#ports/bot-platform.ts'
import { type Answer, answer, type Dialogue, show } from './answer.ts'
import type { Facts } from './facts.ts'
import { said } from './screens/rich.ts'
import type { State } from './state/state.ts'
import { resumeMessages, stop } from './topics/consent/consent.ts'
import { contacts } from './topics/contacts/contacts.ts'
import { draftOf, resume, take } from './topics/draft/begin.ts'
import { readCommand } from './topics/draft/read-message.ts'
import { help } from './topics/help/help.ts'
import { history, status } from './topics/history/history.ts'
import { asSender } from './topics/link/as-sender.ts'
import { linkChat, unlinkChat } from './topics/link/link.ts'
import { started } from './topics/link/started.ts'
import { notes } from './topics/notes/notes.ts'
import { language } from './topics/settings/language.ts'
import { timeZone } from './topics/settings/time-zone.ts'
import { whoAmI } from './topics/settings/who-am-i.ts'

/** A command; what was asked for before is not waited for any more. */
export function* commanded(
  facts: Facts,
  before: State,
  { command, content }: { readonly command: Command; readonly content: Content },
): Dialogue {
  const state: State = { ...before, asked: null }
  const { text } = content
  switch (command) {
    case 'share':
      return yield* share(facts, state, content)
    case 'status':
      return yield* status(facts, state, text)
    case 'history':
      return yield* history(facts, state, '', 'message')
    case 'contacts':
      return yield* asSender(facts, state, (sender) => contacts(facts, sender, state, text))
    case 'notes':
      return yield* asSender(facts, state, (sender) => notes(facts, sender, state, text))
    case 'link':
      return yield* linkChat(facts, state)
    case 'unlink':
      return yield* unlinkChat(facts, state)
    case 'whoami':
      return whoAmI(facts, state)
    case 'lang':
      return yield* language(facts, state, text)
    case 'timezone':
      return yield* timeZone(facts, state, text)
    case 'stop':
      return yield* stop(facts, state)
    case 'resume':
      return yield* resumeMessages(facts, state)
    case 'cancel':
      return cancel(facts, before)
    case 'help':
      return help(facts, state)
    case 'start':
      return yield* started(facts, state, text.trim() || null)
    default:
      return command satisfies never
  }
}

/** Alone, and answering nothing, it goes on with what is being written. */
function* share(facts: Facts, state: State, content: Content): Dialogue {
  const begun = readCommand(facts, content)
  const isBare = content.text.trim() === '' && begun.urls.length === 0
  if (state.draft && isBare) return yield* resume(facts, state)
  return yield* take(facts, state, draftOf(facts, begun))
}

/** What is being written or asked for is forgotten. */
function cancel({ texts }: Facts, state: State): Answer {
  const next = { ...state, draft: null, card: null, asked: null }
  const open = state.asked === null ? 'chat.nothingToCancel' : 'chat.closed'
  return answer(next, show('message', said(texts(state.draft ? 'chat.cancelled' : open))))
}
