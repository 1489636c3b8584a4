import { type Dialogue, silence } from './answer.ts'
import { commanded } from './commanded.ts'
import type { Facts } from './facts.ts'
import { readPress } from './press.ts'
import { pressedOnMenu } from './pressed-on-menu.ts'
import { edited, spoken } from './spoken.ts'
import type { State } from './state/state.ts'
import { pressedOnDraft } from './topics/draft/pressed.ts'
import { unknownCommand } from './topics/help/hint.ts'
import { heardOfLink } from './topics/link/link.ts'
import { started } from './topics/link/started.ts'
import { picked } from './topics/recipients/picked.ts'
import { passedOn } from './topics/status/passed-on.ts'
import { pressedOnDelivery } from './topics/status/pressed-delivery.ts'
import { pressedOnShare } from './topics/status/pressed-share.ts'

/** What one event comes to. */
export function* route(facts: Facts, state: State): Dialogue {
  const { intent } = facts.event
  switch (intent.kind) {
    case 'said':
      return yield* spoken(facts, state, intent.content)
    case 'edited':
      return yield* edited(facts, state, intent)
    case 'command':
      return yield* commanded(facts, state, intent)
    case 'unknown-command':
      return unknownCommand(facts, state, intent.name)
    case 'started':
      return yield* started(facts, state, intent.payload)
    case 'pressed':
      return yield* pressed(facts, state, intent.press)
    case 'picked':
      return yield* picked(facts, state, intent.people)
    case 'passed-on':
      return yield* passedOn(facts, state, intent.token)
    case 'linked':
    case 'unlinked':
      return yield* heardOfLink(facts, state, intent.kind === 'linked')
    default:
      return intent satisfies never
  }
}

function* pressed(facts: Facts, state: State, text: string): Dialogue {
  const press = readPress(text)
  switch (press?.on) {
    case 'draft':
      return yield* pressedOnDraft(facts, state, press)
    case 'share':
      return yield* pressedOnShare(facts, state, press)
    case 'delivery':
      return yield* pressedOnDelivery(facts, state, press)
    case 'menu':
      return yield* pressedOnMenu(facts, state, press)
    case undefined:
      return silence(state, facts.texts('chat.outOfDate'))
    default:
      return press satisfies never
  }
}
